import type { Message, User } from '@folkmoot/contract';

type Fields = Record<string, unknown>;

/**
 * A message that was printed as JSON. Undefined for anything else. The contract's own schema would bring all of zod into
 * every page.
 */
export function parseMessage(value: unknown): Message | undefined {
  if (!isFields(value)) return undefined;
  const { id, room, userId, message, seq, version, isDeleted } = value;
  const user = parseUser(value['user']);
  const editedAt = value['editedAt'] === null ? null : parseTime(value['editedAt']);
  const createdAt = parseTime(value['createdAt']);
  const updatedAt = parseTime(value['updatedAt']);
  const clientMessageId = value['clientMessageId'] ?? null;
  if (typeof id !== 'string' || typeof room !== 'string' || typeof userId !== 'string') return undefined;
  if (typeof message !== 'string' || typeof isDeleted !== 'boolean' || !isCount(seq) || !isCount(version))
    return undefined;
  if (clientMessageId !== null && typeof clientMessageId !== 'string') return undefined;
  if (!user || editedAt === undefined || !createdAt || !updatedAt) return undefined;
  const times = { editedAt, createdAt, updatedAt };
  return { id, room, userId, message, seq, version, isDeleted, ...times, clientMessageId, user };
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function parseUser(value: unknown): User | undefined {
  if (!isFields(value)) return undefined;
  const { id, username, name, isGuest } = value;
  if (typeof id !== 'string' || typeof username !== 'string') return undefined;
  return typeof name === 'string' && typeof isGuest === 'boolean' ? { id, username, name, isGuest } : undefined;
}

function parseTime(value: unknown): Date | undefined {
  const time = typeof value === 'string' ? new Date(value) : undefined;
  return time && !Number.isNaN(time.getTime()) ? time : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}
