import { messageSchema } from '@folkmoot/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestServer, type TestServer } from '../../test/start-test-server.ts';
import { createOpenApiDocument } from './openapi-document.ts';

let server: TestServer;
let headers: Record<string, string>;
const base = '/api/community/chat';
beforeAll(async () => {
  server = await startTestServer();
  const token = await server.token({ sub: 'ada', name: 'Ada' });
  headers = { authorization: `Bearer ${token}` };
  const { trpc } = server.stockClient(token);
  for (let index = 1; index <= 5; index++) await trpc.chat.send.mutate({ message: `message ${index}` });
});
afterAll(async () => server.close());

async function read(path: string, signedIn = true) {
  const response = await fetch(server.url + path, { headers: signedIn ? headers : {} });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

describe('REST', () => {
  it('pages through the history by cursor and by page, times as ISO strings', async () => {
    const first = await read(`${base}?limit=2`);
    expect(first.status).toBe(200);
    expect(first.body.messages.map(({ message }: { message: string }) => message)).toEqual(['message 4', 'message 5']);
    expect(first.body.messages[0].createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const second = await read(`${base}?limit=2&cursor=${encodeURIComponent(first.body.nextCursor)}`);
    expect(second.body.messages[0].message).toBe('message 2');
    const numbered = await read(`${base}/?limit=2&page=3`);
    expect(numbered.body).toMatchObject({ messages: [{ message: 'message 1' }], total: 5, pageCount: 3 });
  });

  it('gives recent and stats to anyone, and the rest to those who sign in', async () => {
    expect((await read(`${base}/recent?limit=1`, false)).body.messages).toHaveLength(1);
    expect((await read(`${base}/stats?days=7`, false)).body).toMatchObject({ totalMessages: 5, totalUsers: 1 });
    for (const path of [base, `${base}/0b1c8f7e-4f5a-4f6d-9c1b-1a2b3c4d5e6f`]) {
      const refused = await read(path, false);
      expect(refused).toMatchObject({ status: 401, body: { error: { code: 'UNAUTHORIZED', retryable: 'no' } } });
      expect(refused.headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  it('gives the messages of one user', async () => {
    const { userId } = (await read(`${base}/recent`)).body.messages[0];
    expect((await read(`${base}/${userId}?limit=3`)).body.messages).toHaveLength(3);
    expect((await read(`${base}/${userId.toUpperCase()}`)).body.messages).toHaveLength(5);
    expect(await read(`${base}/nobody`)).toMatchObject({ status: 400, body: { error: { code: 'INVALID_INPUT' } } });
  });

  it.each([
    'limit=0',
    'limit=101',
    'limit=abc',
    'limit=1.5',
    'limit=1e1',
    'limit=',
    'limit=1&limit=2',
    'page=0',
    'room=No',
  ])('refuses ?%s with one shape of error (S7)', async (query) => {
    const { status, body } = await read(`${base}?${query}`);
    expect(status).toBe(400);
    expect(body).toEqual({ error: { code: 'INVALID_INPUT', message: expect.any(String), retryable: 'no' } });
  });

  it('answers an unknown room with 404', async () => {
    expect(await read(`${base}?room=nowhere`)).toMatchObject({
      status: 404,
      body: { error: { code: 'ROOM_NOT_FOUND' } },
    });
  });

  it('says how long to wait where the limit is reached, by address for the anonymous (A6)', async () => {
    await using limited = await startTestServer({ rateLimits: true, trustProxy: { kind: 'hops', hops: 1 } });
    const from = async (address: string) =>
      fetch(`${limited.url}${base}/recent`, { headers: { 'x-forwarded-for': address } });
    const answers = await Promise.all(Array.from({ length: 400 }, async (_, index) => from(`2001:db8::${index}`)));
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(await refused?.json()).toMatchObject({
      error: { code: 'RATE_LIMITED', retryable: 'yes', retryAfterMs: expect.any(Number) },
    });
    expect((await from('2001:db8:0:1::1')).status).toBe(200);
  });
});

describe('/openapi.json', () => {
  it('describes the four routes with parameters and dates as they are on the wire', async () => {
    const { body } = await read('/openapi.json');
    expect(body.openapi).toBe('3.1.0');
    expect(Object.keys(body.paths)).toEqual([base, `${base}/recent`, `${base}/stats`, `${base}/{userId}`]);
    const { parameters, responses } = body.paths[base].get;
    expect(parameters).toContainEqual({
      name: 'limit',
      in: 'query',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: 100 },
    });
    expect(parameters.map(({ name }: { name: string }) => name)).toEqual([
      'room',
      'limit',
      'cursor',
      'direction',
      'page',
      'around',
    ]);
    const message = responses['200'].content['application/json'].schema.properties.messages.items;
    expect(message.properties.createdAt).toEqual({ type: 'string', format: 'date-time' });
    expect(body.paths[`${base}/{userId}`].get.parameters[0]).toMatchObject({
      name: 'userId',
      in: 'path',
      required: true,
    });
  });

  it('leaves the schemas as they are (A8)', () => {
    const shape = () => z.toJSONSchema(messageSchema, { unrepresentable: 'any' });
    const before = JSON.stringify(shape());
    createOpenApiDocument(undefined);
    expect(JSON.stringify(shape())).toBe(before);
    expect(messageSchema.shape.createdAt.safeParse('2026-01-01T00:00:00.000Z').success).toBe(false);
  });

  it('is shown by /docs from files of this server alone', async () => {
    const page = await (await fetch(`${server.url}/docs`)).text();
    const addresses = Array.from(page.matchAll(/(?:src|href)="([^"]+)"/g), ([, address]) => String(address));
    expect(addresses).toHaveLength(4);
    for (const address of addresses) {
      const response = await fetch(server.url + address);
      expect([address, response.status]).toEqual([address, 200]);
      expect(response.headers.get('content-security-policy')).toContain("script-src 'self';");
    }
    expect((await fetch(`${server.url}/docs/../package.json`)).status).toBe(404);
  });
});
