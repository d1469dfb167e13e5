import {
  historyInputSchema,
  historyPageSchema,
  recentInputSchema,
  recentPageSchema,
  statsInputSchema,
  statsSchema,
  userMessagesInputSchema,
  userMessagesPageSchema,
} from '@folkmoot/contract';
import type { z } from 'zod';
import type { ParameterKinds } from './query-parameters.ts';

/** One REST route: the procedure that answers it, and what /openapi.json says of it. */
export type RestOperation = {
  path: string;
  /** Its path in the router. */
  procedure: string;
  summary: string;
  needsSignIn: boolean;
  parameters: ParameterKinds;
  input: z.ZodType;
  output: z.ZodType;
};

const base = '/api/community/chat';

/** The four queries that are there as plain REST too. The last one's path holds the user. */
export const restOperations: readonly RestOperation[] = [
  {
    path: base,
    procedure: 'chat.history',
    summary: 'A page of messages, oldest first; the newest page without a cursor.',
    needsSignIn: true,
    parameters: { room: 'text', limit: 'integer', cursor: 'text', direction: 'text', page: 'integer', around: 'text' },
    input: historyInputSchema,
    output: historyPageSchema,
  },
  {
    path: `${base}/recent`,
    procedure: 'chat.recent',
    summary: 'The newest messages, oldest first.',
    needsSignIn: false,
    parameters: { room: 'text', limit: 'integer' },
    input: recentInputSchema,
    output: recentPageSchema,
  },
  {
    path: `${base}/stats`,
    procedure: 'chat.stats',
    summary: 'How much is written, in all, by day and by hour.',
    needsSignIn: false,
    parameters: { room: 'text', days: 'integer' },
    input: statsInputSchema,
    output: statsSchema,
  },
  {
    path: `${base}/{userId}`,
    procedure: 'chat.userMessages',
    summary: 'The messages of one user, oldest first.',
    needsSignIn: true,
    parameters: { room: 'text', limit: 'integer', cursor: 'text' },
    input: userMessagesInputSchema,
    output: userMessagesPageSchema,
  },
];

/** The operation that serves a path, and the part of the input that the path holds. */
export function findRestOperation(
  path: string,
): { operation: RestOperation; pathInput: Record<string, unknown> } | undefined {
  const exact = restOperations.find((operation) => operation.path === path);
  if (exact) return { operation: exact, pathInput: {} };
  const userId = new RegExp(`^${base}/([^/]+)$`).exec(path)?.[1];
  const operation = restOperations.find((candidate) => candidate.path.endsWith('{userId}'));
  return userId !== undefined && operation ? { operation, pathInput: { userId: decode(userId) } } : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
