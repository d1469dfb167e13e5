import { roomListSchema } from '@folkmoot/contract';
import type { ChatProcedures } from '../chat-procedures.ts';
import type { ChatServices } from '../chat-services.ts';

export function createRoomProcedures({ signedIn }: ChatProcedures, { rooms }: ChatServices) {
  return {
    rooms: signedIn.output(roomListSchema).query(() => rooms.list()),
  };
}
