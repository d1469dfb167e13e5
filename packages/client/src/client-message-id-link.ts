import type { ChatLink } from './chat-link.ts';

/**
 * Gives every `chat.send` that has none a `clientMessageId`, so that a repeat of the call never makes a second
 * message (S2). A caller who wants to repeat a send on purpose brings the id.
 */
export function clientMessageIdLink(createId: () => string): ChatLink {
  return () =>
    ({ op, next }) => {
      const { input } = op;
      if (op.path !== 'chat.send' || typeof input !== 'object' || input === null) return next(op);
      if ('clientMessageId' in input && input.clientMessageId != null) return next(op);
      return next({ ...op, input: { ...input, clientMessageId: createId() } });
    };
}
