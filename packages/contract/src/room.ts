import { z } from 'zod';
import { limits } from './limits.ts';

/** A room's slug: lower-case words joined by single hyphens, up to 64 characters. */
export const roomSlugSchema = z
  .string()
  .max(limits.roomSlugLength, `A room name has at most ${limits.roomSlugLength} characters.`)
  .regex(
    /^[a-z0-9]+(-[a-z0-9]+)*$/,
    'A room name is made of lower-case letters, digits and single hyphens between them.',
  );
