import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runMentionBot } from './mention-bot.ts';

const usage =
  'Give it a --token of its own: pnpm run token --sub bot --username bot --name Bot --expires 30d\n' +
  'Further options: --url http://127.0.0.1:5000/trpc, --place bot-place.txt';

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:5000/trpc' },
    token: { type: 'string' },
    place: { type: 'string', default: 'bot-place.txt' },
  },
});
const { url, token, place } = values;
if (token === undefined) throw new Error(usage);

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
process.once('SIGTERM', () => stop.abort());
// A failure ends the process; whatever starts it again finds the place where it was.
await runMentionBot({
  url,
  getToken: async () => token,
  answer: (text) => `You said ${text.length} characters. I am impressed.`,
  place: {
    read: () => (existsSync(place) ? readFileSync(place, 'utf8') : undefined),
    save: (position) => writeFileSync(place, position),
  },
  signal: stop.signal,
});
