import { z } from 'zod';
import { roomSlugSchema } from './room.ts';
import { userIdSchema, userSchema } from './user.ts';

/** A message as everyone sees it. A deleted one is a tombstone: `isDeleted`, and `message` is ''. */
export const messageSchema = z.object({
  id: z.uuid(),
  room: roomSlugSchema,
  userId: userIdSchema,
  message: z.string(),
  /** The seq of the event that created it: the order of the room (R3). */
  seq: z.int(),
  /** The seq of the last event that changed it; of two copies the higher version is the newer (R3). */
  version: z.int(),
  editedAt: z.date().nullable(),
  isDeleted: z.boolean(),
  createdAt: z.date(),
  updatedAt: z.date(),
  clientMessageId: z.uuid().nullable(),
  user: userSchema,
});

/** As {@link messageSchema} has it. */
export type Message = z.infer<typeof messageSchema>;
