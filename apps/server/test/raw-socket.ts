/** A WebSocket below tRPC's client: it connects once, keeps what it hears, and never comes back. */
export type RawSocket = {
  frames: readonly string[];
  /** Resolves with the close code; 1006 is what a client reports for a connection that ended without one. */
  closed: Promise<number>;
  send: (frame: unknown) => void;
};

/** Connects with a token and, once that is taken, can send whatever a client would. */
export async function openRawSocket(url: string, token: string): Promise<RawSocket> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/trpc?connectionParams=1`);
  const frames: string[] = [];
  const closed = new Promise<number>((resolve) => {
    socket.addEventListener('close', ({ code }) => resolve(code));
  });
  socket.addEventListener('message', ({ data }) => {
    if (data === 'PING') socket.send('PONG');
    else frames.push(String(data));
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error('The socket did not open.')));
  });
  const send = (frame: unknown) => socket.send(JSON.stringify(frame));
  send({ method: 'connectionParams', data: { token } });
  return { frames, closed, send };
}
