import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDatabase, type DatabaseClient } from '@folkmoot/db';
import { createTestDatabase, type TestDatabase } from '@folkmoot/db/testing';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';

const hostRole = { name: 'some_host', password: 'secret-of-the-host' };

type Migration = { tag: string; when: number; sql: string };

/** What the host had in production before anybody thought of a chat: tables named as ours are, in the schema `public`. */
const firstMigration: Migration = {
  tag: '0000_accounts',
  // Newer than any of ours: in a shared journal ours would be passed over (stack facts of Drizzle).
  when: Date.UTC(2040, 0, 1),
  sql: `
    create table users (
      id serial primary key,
      email text not null unique,
      display_name text not null,
      is_staff boolean not null default false
    );
    create table sessions (token text primary key, user_id integer not null references users (id), expires_at timestamptz);
    create table rooms (id text primary key, building text not null);
    create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
    create trigger users_touch before update on users for each row execute function touch();
    insert into users (email, display_name, is_staff) values
      ('ann@example.com', 'Ann Host', false), ('bob@example.com', 'Bob Host', false), ('mo@example.com', 'Mo Host', true);
    insert into sessions select 'session-' || split_part(email, '@', 1), id, null from users;
    insert into rooms values ('main-chat', 'a room with walls');`,
};

const secondMigration: Migration = {
  tag: '0001_phones',
  when: Date.UTC(2040, 1, 1),
  sql: 'alter table users add column phone text; create index sessions_by_user on sessions (user_id);',
};

export type HostDatabase = {
  url: string;
  sql: DatabaseClient;
  /** Brings the host's own tables to its first or second release, with Drizzle's own journal. */
  migrateHost(release: 1 | 2): Promise<void>;
  /** Everything that is the host's: catalogue and rows of the schemas `public` and `drizzle`, and what is database-wide. */
  describeHost(): Promise<unknown>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** An empty database, in which a host lives with migrations of its own under Drizzle's default journal. */
export async function createHostDatabase(): Promise<HostDatabase> {
  const testDatabase = await createTestDatabase();
  const url = await giveToHost(testDatabase);
  const connection = connectDatabase({ url });
  const { sql } = connection;

  return {
    url,
    sql,

    async migrateHost(release) {
      const folder = await writeMigrations([firstMigration, secondMigration].slice(0, release));
      try {
        await migrate(drizzle(sql), { migrationsFolder: folder });
      } finally {
        await rm(folder, { recursive: true });
      }
    },

    async describeHost() {
      const relations = await sql`
        select n.nspname, c.relname, c.relkind, c.relacl::text, c.relrowsecurity,
          (select json_agg(json_build_array(a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
            pg_get_expr(d.adbin, d.adrelid)) order by a.attnum)
            from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
            where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
          (select json_agg(pg_get_constraintdef(k.oid) order by k.conname) from pg_constraint k where k.conrelid = c.oid) as keys,
          (select json_agg(pg_get_indexdef(i.indexrelid) order by i.indexrelid) from pg_index i where i.indrelid = c.oid) as indexes,
          (select json_agg(pg_get_triggerdef(t.oid) order by t.tgname) from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal) as triggers
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('public', 'drizzle') order by 1, 2`;
      const routines = await sql`
        select p.oid::regprocedure::text as name, p.prosrc from pg_proc p
        where p.pronamespace in (select oid from pg_namespace where nspname in ('public', 'drizzle')) order by 1`;
      const types = await sql`
        select t.oid::regtype::text as name from pg_type t
        where t.typnamespace in (select oid from pg_namespace where nspname in ('public', 'drizzle')) order by 1`;
      const schemas = await sql`
        select nspname, nspacl::text from pg_namespace where nspname <> 'folkmoot' and nspname !~ '^pg_' order by 1`;
      const everywhere = await sql`
        select extname as name from pg_extension union all select evtname from pg_event_trigger
        union all select pubname from pg_publication union all select rolname from pg_roles
        union all select setconfig::text from pg_db_role_setting
        where setdatabase in (0, (select oid from pg_database where datname = current_database())) order by 1`;
      const tables = ['public.users', 'public.sessions', 'public.rooms', 'drizzle.__drizzle_migrations'];
      const rows = await Promise.all(tables.map((table) => sql`select x::text from ${sql(table)} x order by 1`));
      return structuredClone([relations, routines, types, schemas, everywhere, ...rows].map((found) => [...found]));
    },

    async [Symbol.asyncDispose]() {
      await connection.close();
      await testDatabase.close();
    },
  };
}

/** Empties the database for an ordinary role that owns it and nothing else, as hosts have. Gives that role's URL. */
async function giveToHost(testDatabase: TestDatabase): Promise<string> {
  const { sql } = testDatabase.connect();
  const [hosts] = await sql`select from pg_roles where rolname = ${hostRole.name}`;
  if (!hosts) await sql.unsafe(`create role ${hostRole.name} login password '${hostRole.password}'`);
  await sql`drop schema folkmoot cascade`;
  await sql.unsafe(`alter database ${new URL(testDatabase.url).pathname.slice(1)} owner to ${hostRole.name}`);
  const url = new URL(testDatabase.url);
  url.username = hostRole.name;
  url.password = hostRole.password;
  return url.href;
}

async function writeMigrations(migrations: Migration[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'folkmoot-host-'));
  await mkdir(join(folder, 'meta'));
  const entries = migrations.map(({ tag, when }, idx) => ({ idx, version: '7', when, tag, breakpoints: true }));
  await writeFile(
    join(folder, 'meta', '_journal.json'),
    JSON.stringify({ version: '7', dialect: 'postgresql', entries }),
  );
  for (const { tag, sql } of migrations) await writeFile(join(folder, `${tag}.sql`), sql);
  return folder;
}
