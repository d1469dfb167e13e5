import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@folkmoot/db';
import postgres from 'postgres';

/** The PostgreSQL of a run, as `start` embeds it, so with fsync on. All systems that are measured share it. */
export type BenchDatabase = {
  /** A database by name; made empty at first use, and made anew after `dropAll`. */
  urlOf(name: string): Promise<string>;
  /** Drops all databases, so that a scenario finds none of what the last one wrote. */
  dropAll(): Promise<void>;
  close(): Promise<void>;
};

/** Nothing starts before a database is asked for: most scenarios with `--quick` need one, but not all. */
export function createBenchDatabase(): BenchDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'folkmoot-bench-'));
  // PostgreSQL runs under an account of its own where this runs as root, and has to come through.
  chmodSync(folder, 0o755);
  const silent = () => {};
  let starting: Promise<EmbeddedPostgres> | undefined;
  const made = new Map<string, Promise<string>>();

  async function withAdmin(work: (sql: postgres.Sql) => Promise<unknown>): Promise<URL> {
    starting ??= startEmbeddedPostgres({
      dataDir: folder,
      database: 'bench',
      logger: { info: silent, warn: silent, error: silent },
    });
    const { url } = await starting;
    const sql = postgres(url, { max: 1, onnotice: silent });
    await work(sql);
    await sql.end();
    return new URL(url);
  }

  /** A failed one leaves nothing that could be dropped. */
  async function make(name: string): Promise<string> {
    const url = await withAdmin(async (sql) => sql`create database ${sql(name)}`);
    url.pathname = `/${name}`;
    return url.href;
  }

  return {
    async urlOf(name) {
      const url = made.get(name) ?? make(name);
      made.set(name, url);
      url.catch(() => made.delete(name));
      return url;
    },
    async dropAll() {
      const names = [...made.keys()];
      made.clear();
      if (names.length === 0) return;
      await withAdmin(async (sql) => {
        for (const name of names) await sql`drop database ${sql(name)} with (force)`;
        await sql`checkpoint`;
      });
    },
    async close() {
      if (starting) await (await starting).close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}
