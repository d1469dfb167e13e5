import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const tries = 50;

/**
 * A loopback port that nobody listens on, below the range from which the system takes the ports of outgoing
 * connections. While PostgreSQL is down, a reconnecting client may be given a port of that range as its own: if it is
 * the one that it connects to, it meets itself, and PostgreSQL cannot have its port back.
 */
export async function findFreePort(): Promise<number> {
  const end = firstOutgoingPort();
  for (let attempt = 0; attempt < tries; attempt++) {
    const port = randomInt(Math.min(10_240, end - 1_000), end);
    if (await canListen(port)) return port;
  }
  throw new Error(`Found no free port on 127.0.0.1 below ${end}.`);
}

function firstOutgoingPort(): number {
  try {
    const first = Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s/)[0]);
    return first > 2_048 ? Math.min(first, 49_152) : 32_768;
  } catch {
    return 32_768;
  }
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
