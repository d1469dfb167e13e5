import {
  type HintEvent,
  onlineSchema,
  type PresenceEvent,
  roomInputSchema,
  setTypingInputSchema,
  type TypingEvent,
} from '@folkmoot/contract';
import { z } from 'zod';
import type { ChatProcedures } from '../chat-procedures.ts';
import type { ChatServices } from '../chat-services.ts';
import { streamSignal } from '../live/stream-signal.ts';

/** Presence and typing: hints, never in the log. `hints` has both in one stream where streams are few. */
export function createHintProcedures({ member, signedIn }: ChatProcedures, { live, presence, typing }: ChatServices) {
  return {
    online: member
      .input(roomInputSchema)
      .output(onlineSchema)
      .query(({ input }) => presence.online(input)),
    setTyping: signedIn
      .input(setTypingInputSchema)
      .output(z.void())
      .mutation(({ ctx, input }) => typing.set(ctx.caller, input)),
    typing: member
      .input(roomInputSchema)
      .subscription(({ ctx, input, signal }) =>
        live.hints(ctx.caller, { room: input.room, accepts: isTyping }, streamSignal(signal)),
      ),
    presence: member
      .input(roomInputSchema)
      .subscription(({ ctx, input, signal }) =>
        live.hints(ctx.caller, { room: input.room, accepts: isPresence }, streamSignal(signal)),
      ),
    hints: member
      .input(roomInputSchema)
      .subscription(({ ctx, input, signal }) =>
        live.hints(ctx.caller, { room: input.room, accepts: isHint }, streamSignal(signal)),
      ),
  };
}

function isTyping(event: HintEvent): event is TypingEvent {
  return event.type === 'user-typing';
}

function isPresence(event: HintEvent): event is PresenceEvent {
  return event.type !== 'user-typing';
}

function isHint(_event: HintEvent): _event is HintEvent {
  return true;
}
