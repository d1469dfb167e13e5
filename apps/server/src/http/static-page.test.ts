import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startTestServer } from '../../test/start-test-server.ts';

it('serves the page with a strict policy, and what is in /assets for ever', async () => {
  const pageDirectory = await mkdtemp(join(tmpdir(), 'folkmoot-page-'));
  await mkdir(join(pageDirectory, 'assets'));
  await writeFile(join(pageDirectory, 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(join(pageDirectory, 'assets', 'app-1.js'), '0');
  await writeFile(join(pageDirectory, '.secret'), 'x');
  await using server = await startTestServer({ pageDirectory });

  const page = await fetch(server.url);
  expect(page.headers.get('cache-control')).toBe('no-cache');
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
  expect(policy).toContain(`ws://127.0.0.1:${server.port}`);
  expect(policy).not.toContain('unsafe');
  const asset = await fetch(`${server.url}/assets/app-1.js`);
  expect(asset.headers.get('cache-control')).toContain('immutable');
  expect(asset.headers.get('x-content-type-options')).toBe('nosniff');
  const etag = asset.headers.get('etag') ?? '';
  const unchanged = await fetch(`${server.url}/assets/app-1.js`, { headers: { 'if-none-match': etag } });
  expect(unchanged.status).toBe(304);
  for (const path of ['/.secret', '/assets', '/assets/', '/../package.json', '/%2e%2e/package.json', '/index.html/']) {
    expect([path, (await fetch(server.url + path)).status]).toEqual([path, 404]);
  }
  expect((await fetch(server.url, { method: 'POST' })).status).toBe(405);

  await rm(pageDirectory, { recursive: true });
  expect(await (await fetch(server.url)).text()).toContain('<title>page</title>');
});
