import type { KeyboardEvent } from 'react';

/** Enter that means "done": without Shift, and not the one that accepts an input method's proposal. */
export function isPlainEnter(event: KeyboardEvent): boolean {
  return event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing;
}
