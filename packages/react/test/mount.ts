import { type ReactNode, act } from 'react';
import { type Root, createRoot, hydrateRoot } from 'react-dom/client';
import { onTestFinished } from 'vitest';

export type Mounted = {
  container: HTMLElement;
  text(): string;
  show(element: ReactNode): Promise<void>;
  unmount(): Promise<void>;
};

/** Renders into the page, effects included. What the component does later by itself React does in its own time. */
export async function mount(element: ReactNode): Promise<Mounted> {
  const container = document.createElement('div');
  const root = createRoot(container);
  await settle(() => root.render(element));
  return mounted(container, root);
}

/** Takes over what a server has rendered. */
export async function hydrate(markup: string, element: ReactNode, onRecoverableError: (error: unknown) => void) {
  const container = document.createElement('div');
  container.innerHTML = markup;
  let root: Root | undefined;
  await settle(() => {
    root = hydrateRoot(container, element, { onRecoverableError });
  });
  if (root === undefined) throw new Error('Nothing was hydrated.');
  return mounted(container, root);
}

/** Does something to the page, and waits until React has rendered what follows from it. */
export async function settle(change: () => void): Promise<void> {
  // React asks for this flag; outside of `act` it would warn of every update that comes by itself.
  const page: { IS_REACT_ACT_ENVIRONMENT?: boolean } = globalThis as object;
  page.IS_REACT_ACT_ENVIRONMENT = true;
  try {
    await act(async () => change());
  } finally {
    page.IS_REACT_ACT_ENVIRONMENT = false;
  }
}

function mounted(container: HTMLElement, root: Root): Mounted {
  let isMounted = true;
  const unmount = async (): Promise<void> => {
    if (!isMounted) return;
    isMounted = false;
    await settle(() => root.unmount());
  };
  onTestFinished(unmount);
  return {
    container,
    unmount,
    text: () => container.textContent ?? '',
    show: (element) => settle(() => root.render(element)),
  };
}
