import { connect as connectSocket, createServer, type AddressInfo, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { connectDatabase, type DatabaseConnection } from './connect-database.ts';
import { isConnectionError, mayHaveHappened } from './database-error.ts';
import { DatabaseUrlError } from './database-url.ts';
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts';

async function makeDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  onTestFinished(() => database.close());
  return database;
}

function connect(url: string): DatabaseConnection {
  const connection = connectDatabase({ url });
  onTestFinished(() => connection.close());
  return connection;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  return (server.address() as AddressInfo).port;
}

test('sessions give up a statement, a lock and an idle transaction after five seconds, and speak UTC', async () => {
  const { sql } = (await makeDatabase()).connect({ applicationName: 'node-1' });
  const [settings] = await sql`
    select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
      current_setting('idle_in_transaction_session_timeout') as idle, current_setting('application_name') as name,
      current_setting('timezone') as zone`;
  expect(settings).toEqual({ statement: '5s', lock: '5s', idle: '5s', name: 'node-1', zone: 'UTC' });
});

test('queries that come one by one share the connection used last, whose caches are warm, however many are open', async () => {
  const { sql } = (await makeDatabase()).connect({ maxConnections: 4 });
  const findBackend = async (seconds = 0) => {
    const [session] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid, pg_sleep(${seconds})`;
    return session?.pid;
  };
  const all = await Promise.all(Array.from({ length: 4 }, () => findBackend(0.2)));
  expect(new Set(all).size).toBe(4);
  const used = [];
  for (let query = 0; query < 8; query++) used.push(await findBackend());
  expect(new Set(used).size).toBe(1);
});

test('a transaction that has lost its connection fails and runs nothing more, even if its code goes on', async () => {
  const database = await makeDatabase();
  const { sql } = database.connect({ maxConnections: 1 });
  const admin = database.connect({ maxConnections: 1 });
  await sql`create table work (step int)`;

  const lost = sql.begin(async (tx) => {
    const [session] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`;
    await tx`insert into work values (1)`;
    await admin.sql`select pg_terminate_backend(${session?.pid ?? 0}, 5000)`;
    await tx`insert into work values (2)`.catch(() => {});
    await tx`insert into work values (3)`.catch(() => {});
    await tx`insert into work values (4)`;
  });

  await expect(lost).rejects.toSatisfy((error) => isConnectionError(error) && mayHaveHappened(error));
  expect(await sql`select step from work`).toEqual([]);
});

test('a reserved connection that is lost fails what is asked of it, and its release does no harm', async () => {
  const database = await makeDatabase();
  const { sql } = database.connect({ maxConnections: 1 });
  const admin = database.connect({ maxConnections: 1 });
  const reserved = await sql.reserve();
  const [session] = await reserved<{ pid: number }[]>`select pg_backend_pid() as pid`;

  const outcomes = Promise.allSettled([reserved`select pg_sleep(20)`, reserved`select 1`]);
  await admin.sql`select pg_terminate_backend(${session?.pid ?? 0}, 5000)`;
  for (const outcome of await outcomes) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: expect.toSatisfy(isConnectionError) });
  }
  await expect(reserved`select 2`).rejects.toSatisfy(isConnectionError);
  reserved.release();

  expect(await sql`select 3 as three`).toEqual([{ three: 3 }]);
});

test('connections that are lost are told, and the next query has a new one', async () => {
  const database = await makeDatabase();
  let closed = 0;
  const { sql } = database.connect({ maxConnections: 1, onConnectionClosed: () => closed++ });
  const admin = database.connect({ maxConnections: 1 });
  const [first] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  await admin.sql`select pg_terminate_backend(${first?.pid ?? 0}, 5000)`;
  await expect.poll(() => closed).toBe(1);
  const [second] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  expect(second?.pid).not.toBe(first?.pid);
});

test('more reservations than connections are all served', async () => {
  const { sql } = (await makeDatabase()).connect({ maxConnections: 2 });
  const served = Array.from({ length: 8 }, async () => {
    const reserved = await sql.reserve();
    await reserved`select 1`;
    reserved.release();
  });
  await Promise.all(served);
});

test('where nothing listens, queries fail before they are sent', async () => {
  const { sql } = connect('postgres://folkmoot@127.0.0.1:1/folkmoot');
  await expect(sql`select 1`).rejects.toSatisfy((error) => isConnectionError(error) && !mayHaveHappened(error));
  await expect(sql.reserve()).rejects.toSatisfy(isConnectionError);
});

test('a server that takes connections and closes them at once fails queries, and is not run against', async () => {
  let visits = 0;
  const server = createServer((socket) => {
    visits++;
    socket.on('error', () => {});
    socket.resume().end();
  });
  const port = await listen(server);
  const { sql } = connect(`postgres://folkmoot@127.0.0.1:${port}/folkmoot`);

  await expect(sql`select 1`).rejects.toSatisfy(isConnectionError);
  await expect(sql`select 1`).rejects.toSatisfy(isConnectionError);
  expect(visits).toBe(2);
});

test('a database that is cut off in the middle fails its queries after a while, and is used again when it is back', async () => {
  const database = await makeDatabase();
  const { hostname, port } = new URL(database.url);
  let isCutOff = false;
  const proxy = createServer((client) => {
    const server = connectSocket({ host: hostname, port: Number(port) });
    client.on('data', (bytes) => isCutOff || server.write(bytes)).on('error', () => {});
    server.on('data', (bytes) => isCutOff || client.write(bytes)).on('error', () => {});
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
  });
  const viaProxy = new URL(database.url);
  viaProxy.port = String(await listen(proxy));
  const connection = connectDatabase({ url: viaProxy.href, answerTimeoutMs: 1_000, maxConnections: 1 });
  onTestFinished(() => connection.close());
  // Also a sound database may take a second to answer, on a busy machine.
  const answers = () => connection.sql<{ four: number }[]>`select 4 as four`.catch(() => []);
  await expect.poll(answers).toEqual([{ four: 4 }]);

  isCutOff = true;
  const lost = [connection.sql`select 2`, connection.sql`select 3`];
  for (const outcome of await Promise.allSettled(lost)) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'ANSWER_TIMEOUT' } });
  }
  isCutOff = false;
  await expect.poll(answers).toEqual([{ four: 4 }]);
});

test('closed, it fails what comes after, and may be closed again', async () => {
  const { sql, close } = (await makeDatabase()).connect();
  await sql`select 1`;
  await Promise.all([close(), close()]);
  await expect(sql`select 1`).rejects.toMatchObject({ code: 'CONNECTION_ENDED' });
  await expect(sql.reserve()).rejects.toMatchObject({ code: 'CONNECTION_ENDED' });
});

test.for([
  ['not a url', /not a URL/],
  ['mysql://host/db', /begins with mysql:/],
  ['postgres://user:sesame@host:99999/db', /not a URL/],
  ['postgres://user:sesame@one:5432,two:99999/db', /not a URL/],
  ['postgres://us%zzer@host/db', /not a URL/],
] as const)('%s is refused with a sentence', ([url, sentence]) => {
  expect(() => connectDatabase({ url })).toThrow(DatabaseUrlError);
  expect(() => connectDatabase({ url })).toThrow(sentence);
  expect(() => connectDatabase({ url })).not.toThrow(/sesame/);
});
