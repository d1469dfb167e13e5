import { z } from 'zod';
import { benchRoom } from '../crowd/dialects.ts';
import { queryUrl } from './timed-requests.ts';

const recentSchema = z.object({ result: z.object({ data: z.object({ json: z.object({ position: z.string() }) }) }) });

/** Where the room's log is now, as clients are told. */
export async function readPosition(url: string): Promise<string> {
  const response = await fetch(queryUrl(url, 'chat.recent', { room: benchRoom, limit: 1 }));
  return recentSchema.parse(await response.json()).result.data.json.position;
}
