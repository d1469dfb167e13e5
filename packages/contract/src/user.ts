import { z } from 'zod';

/** What everyone may know of a person. Exactly these keys, nowhere an e-mail address (A7). */
export const userSchema = z.object({
  id: z.uuid(),
  username: z.string(),
  name: z.string(),
  /** True for someone who signed in with a name only; shown wherever the name is (A9). */
  isGuest: z.boolean(),
});
export type User = z.infer<typeof userSchema>;

/** `admin` can all that a `moderator` can. Roles come from the credential and are never stored (A9). */
export const roleSchema = z.enum(['member', 'moderator', 'admin']);
export type Role = z.infer<typeof roleSchema>;
