import { createServer } from 'node:net';
import { createTestDatabase, findFreePort } from '@folkmoot/db/testing';
import { describe, expect, it } from 'vitest';
import { testSecret } from '../test/start-test-server.ts';
import { runServer } from '../test/spawn-server.ts';

describe('a start that cannot be', { timeout: 60_000 }, () => {
  it('ends with one message of all bad values, and exit code 1', async () => {
    const { code, stdout, stderr } = await runServer({
      env: { PORT: 'many', LOG_LEVEL: 'loud', AUTH_SECRET: 'short' },
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.split('\n')).toEqual([
      'The environment is not valid:',
      expect.stringContaining('PORT must be'),
      expect.stringContaining('AUTH_SECRET must be 32 bytes'),
      expect.stringContaining('LOG_LEVEL must be'),
      '',
    ]);
  });

  it('ends with one message when the database is out of reach', async () => {
    const port = await findFreePort();
    const env = { DATABASE_URL: `postgres://user:hunter2@127.0.0.1:${port}/chat`, AUTH_SECRET: testSecret };
    const { code, stderr } = await runServer({ env });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^folkmoot cannot start: .*127\.0\.0\.1:\d+.*\n$/);
    expect(stderr).not.toContain('hunter2');
  });

  it('ends with one message when the port that was set is taken', async () => {
    await using database = await createTestDatabase();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const PORT = String(typeof address === 'object' ? address?.port : '');
    const { code, stderr } = await runServer({ env: { PORT, DATABASE_URL: database.url, AUTH_SECRET: testSecret } });
    other.close();
    expect(code).toBe(1);
    // The test cluster's settings are warned of first, each as a line of the log.
    const sentences = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
    expect(sentences).toEqual([expect.stringMatching(/^folkmoot cannot start: Port \d+ on 127\.0\.0\.1 is taken\. /)]);
  });
});
