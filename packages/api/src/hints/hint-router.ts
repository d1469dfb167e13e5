import {
  type HintEvent,
  onlineSchema,
  roomInputSchema,
  setTypingInputSchema,
  type TypingEvent,
} from '@folkmoot/contract';
import { z } from 'zod';
import type { ChatProcedures } from '../chat-procedures.ts';
import type { ChatServices } from '../chat-services.ts';
import { streamSignal } from '../live/stream-signal.ts';

/** Presence and typing: hints, never in the log. `hints` has both in one stream where streams are few. */
export function createHintProcedures({ signedIn }: ChatProcedures, { live, presence, typing }: ChatServices) {
  return {
    online: signedIn
      .input(roomInputSchema)
      .output(onlineSchema)
      .query(({ input }) => presence.online(input)),
    setTyping: signedIn
      .input(setTypingInputSchema)
      .output(z.void())
      .mutation(({ ctx, input }) => typing.set(ctx.caller, input)),
    typing: signedIn.input(roomInputSchema).subscription(async function* ({ ctx, input, signal }) {
      const request = { room: input.room, kinds: ['typing'] as const };
      for await (const event of live.hints(ctx.caller, request, streamSignal(signal))) {
        if (isTyping(event)) yield event;
      }
    }),
    presence: signedIn.input(roomInputSchema).subscription(async function* ({ ctx, input, signal }) {
      const request = { room: input.room, kinds: ['presence'] as const };
      for await (const event of live.hints(ctx.caller, request, streamSignal(signal))) {
        if (!isTyping(event)) yield event;
      }
    }),
    hints: signedIn
      .input(roomInputSchema)
      .subscription(({ ctx, input, signal }) =>
        live.hints(ctx.caller, { room: input.room, kinds: ['typing', 'presence'] }, streamSignal(signal)),
      ),
  };
}

function isTyping(event: HintEvent): event is TypingEvent {
  return event.type === 'user-typing';
}
