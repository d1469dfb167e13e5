import { roleSchema } from '@folkmoot/contract';
import { z } from 'zod';

// A claim of another type than ours belongs to somebody else's meaning of the name: it is as good as absent.
const optionalText = z.string().optional().catch(undefined);
// The last second that a Date can hold.
const seconds = z.number().min(0).max(8_640_000_000_000);

/** What is read of a token whose signature, issuer and audience are good. Times are seconds since 1970. */
export const tokenClaimsSchema = z.object({
  sub: z.string().min(1).max(1000),
  exp: seconds,
  iat: seconds.optional().catch(undefined),
  iss: optionalText,
  username: optionalText,
  preferred_username: optionalText,
  name: optionalText,
  role: roleSchema.catch('member'),
});

export type TokenClaims = z.infer<typeof tokenClaimsSchema>;
