import { type KeyboardEvent, useCallback, useRef, useState } from 'react';

/** The people's panel where it is a drawer: it takes the focus when it opens and gives it back when it closes. */
export function usePeopleDrawer() {
  const [isOpen, setIsOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);

  const close = useCallback(() => {
    setIsOpen(false);
    button.current?.focus();
  }, []);
  return {
    isOpen,
    button,
    close,
    toggle() {
      setIsOpen(!isOpen);
      if (!isOpen) requestAnimationFrame(() => document.querySelector<HTMLElement>('#people button')?.focus());
    },
    onKeyDown(event: KeyboardEvent) {
      if (isOpen && event.key === 'Escape') close();
    },
  };
}
