import { z } from 'zod';

/** An id as `toUserId` makes it: the shape of a UUID, of any version, for hosts bring ids of their own. */
export const userIdSchema = z.guid();

/** What everyone may know of a person. Exactly these keys, nowhere an e-mail address (A7). */
export const userSchema = z.object({
  id: userIdSchema,
  username: z.string(),
  name: z.string(),
  /** True for someone who signed in with a name only; shown wherever the name is (A9). */
  isGuest: z.boolean(),
});

/** As {@link userSchema} has it. */
export type User = z.infer<typeof userSchema>;

/** `admin` can all that a `moderator` can. Roles come from the credential and are never stored (A9). */
export const roleSchema = z.enum(['member', 'moderator', 'admin']);

/** As {@link roleSchema} has it. */
export type Role = z.infer<typeof roleSchema>;
