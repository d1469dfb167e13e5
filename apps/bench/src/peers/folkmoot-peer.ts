import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { benchRoom } from '../crowd/dialects.ts';
import { benchSecret } from '../crowd/sign-token.ts';
import { endChild } from '../fork-module.ts';
import type { Peer } from './peer.ts';
import { collectingFlags } from './start-server-process.ts';

const serverMain = fileURLToPath(new URL('../../../server/dist/main.js', import.meta.url));

/** The real server as it is deployed, built, on the run's PostgreSQL; only limits per user and address are off. */
export const folkmootPeer: Peer = {
  title: 'Folkmoot',
  async start({ databaseUrl, rooms = [], nodeFlags = [] }) {
    const child = spawn(process.execPath, [...collectingFlags, ...nodeFlags, serverMain], {
      env: {
        PORT: '0',
        DATABASE_URL: await databaseUrl('folkmoot'),
        AUTH_SECRET: benchSecret,
        RATE_LIMITS: 'off',
        ROOMS: [benchRoom, ...rooms].join(','),
        LOG_LEVEL: 'error',
        DRAIN_NOTICE_MS: '0',
        DRAIN_DEADLINE_MS: '1000',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const url = /^folkmoot listening on (http:\S+)$/m.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once('exit', (code) => reject(new Error(`The server ended with ${code} before it listened.`)));
    const url = await promise;
    return { pid: child.pid ?? 0, url, dialect: 'folkmoot', stop: async () => endChild(child) };
  },
};
