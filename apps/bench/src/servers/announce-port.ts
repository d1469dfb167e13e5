import type { Server } from 'node:http';

/** Listens on a free port of the loopback interface and tells it to the process that started this one. */
export function announcePort(server: Server): void {
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (typeof address === 'object' && address) process.send?.({ port: address.port });
  });
  process.on('disconnect', () => process.exit(0));
  process.on('SIGTERM', () => process.exit(0));
}
