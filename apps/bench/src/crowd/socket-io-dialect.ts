import { type Dialect, meanings, type Person, type Sending } from './dialect.ts';

/*
 * Engine.IO 4 in text frames: 0 open, 2 ping, 3 pong, 4 message. Socket.IO 5 in those messages: 0 connect, 2 event,
 * 3 acknowledgement, 4 connect error; then the namespace and a comma, unless it is the main one.
 */
const engineTarget = '/socket.io/?EIO=4&transport=websocket';
const [ping, pong] = ['2', '3'];

type SocketIoDialectOptions = {
  /** '' for the main namespace, else its name and a comma. */
  namespace: string;
  auth: (person: Person) => object;
  /** Said once the namespace is entered; undefined where that is all it takes to be in the room. */
  enter: ((person: Person) => string) | undefined;
  send: (texts: readonly string[], firstId: number) => Sending;
};

const enterId = 0;

function createSocketIoDialect({ namespace, auth, enter, send }: SocketIoDialectOptions): Dialect {
  const kinds = {
    connected: Buffer.from(`40${namespace}{`),
    event: Buffer.from(`42${namespace}[`),
    entered: Buffer.from(`43${namespace}${enterId}[`),
    acknowledgement: Buffer.from(`43${namespace}`),
    refused: Buffer.from('44'),
  };
  const failure = Buffer.from('"success":false');
  return {
    target: engineTarget,
    greet: () => [],
    sendersBeginAtOnce: false,
    read(payload, person) {
      if (begins(payload, kinds.event)) return meanings.event;
      if (payload.length === 1 && payload.toString() === ping) return { kind: 'asked', answer: pong };
      // The open packet: now the client may ask for its namespace.
      if (payload[0] === 0x30) return { kind: 'asked', answer: `40${namespace}${JSON.stringify(auth(person))}` };
      if (begins(payload, kinds.connected)) {
        return enter ? { kind: 'asked', answer: `42${namespace}${enterId}${enter(person)}` } : meanings.joined;
      }
      if (begins(payload, kinds.refused) || payload.includes(failure))
        return { kind: 'failed', text: payload.toString() };
      if (enter && begins(payload, kinds.entered)) return meanings.joined;
      return begins(payload, kinds.acknowledgement) ? meanings.acknowledged : meanings.other;
    },
    send,
  };
}

function begins(payload: Buffer, start: Buffer): boolean {
  return payload.length >= start.length && payload.compare(start, 0, start.length, 0, start.length) === 0;
}

/** As socket.io-client speaks to the plain Socket.IO server. */
export function createPlainSocketIoDialect(): Dialect {
  return createSocketIoDialect({
    namespace: '',
    auth: ({ subscribes }) => ({ subscribes }),
    enter: undefined,
    send: (texts, id) => ({ frames: [`42${id}${JSON.stringify(['publish', texts])}`], acknowledgements: 1 }),
  });
}

/** As socket.io-client speaks to the seed's server. */
export function createSeedDialect(): Dialect {
  const namespace = '/api/community/chat,';
  const userIdOf = ({ index }: Person): string => seedUserId(index);
  return createSocketIoDialect({
    namespace,
    auth: (person) => ({ userId: userIdOf(person), subscribes: person.subscribes }),
    enter: (person) => JSON.stringify(['authenticate-user', { userId: userIdOf(person) }]),
    send: (texts, firstId) => ({
      frames: texts.map((message, index) => {
        return `42${namespace}${firstId + index}${JSON.stringify(['send-message', { message }])}`;
      }),
      acknowledgements: texts.length,
    }),
  });
}

/** The users that the seed's server has rows for, by number. */
export function seedUserId(index: number): string {
  return `00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`;
}
