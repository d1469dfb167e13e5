import { type RefCallback, useCallback, useState } from 'react';

/** The width of an element, now and whenever it changes; 0 before it is there. */
export function useElementWidth(): [ref: RefCallback<HTMLElement>, widthPx: number] {
  const [width, setWidth] = useState(0);
  const ref = useCallback((element: HTMLElement | null) => {
    if (!element) return undefined;
    setWidth(element.clientWidth);
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}
