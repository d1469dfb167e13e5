import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startTcpBalancer } from './tcp-balancer.ts';

type Answering = { port: number; isReady: boolean; close(): Promise<void> };

async function startAnswering(name: string): Promise<Answering> {
  const server = createServer((request, response) => {
    response.setHeader('connection', 'close');
    response.statusCode = request.url === '/readyz' && !node.isReady ? 503 : 200;
    response.end(name);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const node = {
    port: typeof address === 'object' && address ? address.port : 0,
    isReady: true,
    close: async () => {
      server.closeAllConnections();
      if (server.listening) await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  onTestFinished(node.close);
  return node;
}

test('connections go to ready nodes in turn, and to another where one cannot be reached', async () => {
  const [one, two] = [await startAnswering('one'), await startAnswering('two')];
  const balancer = await startTcpBalancer([one, two]);
  onTestFinished(balancer.close);
  const ask = async () => (await fetch(`http://127.0.0.1:${balancer.port}/`)).text();
  const askFour = async () => [await ask(), await ask(), await ask(), await ask()];

  expect((await askFour()).sort()).toEqual(['one', 'one', 'two', 'two']);
  one.isReady = false;
  await vi.waitFor(async () => expect(await askFour()).toEqual(['two', 'two', 'two', 'two']));
  one.isReady = true;
  await vi.waitFor(async () => expect(await askFour()).toContain('one'));
  await two.close();
  // Not noticed yet: the next one is tried.
  expect(await askFour()).toEqual(['one', 'one', 'one', 'one']);
  await one.close();
  await expect(ask()).rejects.toThrow('fetch failed');
});
