import type { Server } from 'node:net';
import { StartupError } from '../lifecycle/startup-error.ts';

const triesForAFreePort = 100;

/**
 * Listens on the port; on the next free one, where nobody asked for this one.
 *
 * @returns the port
 * @throws StartupError when it is taken or not to be had
 */
export async function listen(
  server: Server,
  options: { host: string; port: number; isPortFixed: boolean },
): Promise<number> {
  const { host, port, isPortFixed } = options;
  const lastPort = isPortFixed ? port : Math.min(65_535, port + triesForAFreePort);
  for (let candidate = port; candidate <= lastPort; candidate++) {
    const error = await tryListen(server, host, candidate);
    if (!error) {
      const address = server.address();
      return typeof address === 'object' && address ? address.port : candidate;
    }
    if (error.code !== 'EADDRINUSE') throw new StartupError(explain(error, host, candidate));
  }
  throw new StartupError(
    isPortFixed
      ? `Port ${port} on ${host} is taken. Set PORT to another one, or unset it to have the next free one taken.`
      : `The ports ${port} to ${lastPort} on ${host} are all taken. Set PORT to a free one.`,
  );
}

async function tryListen(server: Server, host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const onError = (error: NodeJS.ErrnoException) => {
      server.off('listening', onListening);
      resolve(error);
    };
    const onListening = () => {
      server.off('error', onError);
      resolve(undefined);
    };
    server.once('error', onError);
    server.once('listening', onListening);
    server.listen(port, host);
  });
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === 'EACCES') return `This account may not listen on port ${port}. Set PORT to one above 1023.`;
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return `${host} is not an address of this machine. Set HOST to one, or to 0.0.0.0 for all.`;
  }
  return `Cannot listen on port ${port} of ${host}: ${error.message}.`;
}
