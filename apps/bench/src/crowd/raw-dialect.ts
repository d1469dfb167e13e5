import { type Dialect, meanings, minEventBytes } from './dialect.ts';

/** The least that a WebSocket server can say: texts in, events out, `ok` for what was published. */
export function createRawDialect(): Dialect {
  return {
    target: '/',
    greet: ({ subscribes }) => [subscribes ? 'subscribe' : 'send'],
    sendersBeginAtOnce: false,
    read(payload) {
      if (payload.length >= minEventBytes) return meanings.event;
      return payload.toString() === 'joined' ? meanings.joined : meanings.acknowledged;
    },
    send: (texts) => ({ frames: [JSON.stringify(texts)], acknowledgements: 1 }),
  };
}
