import { readFileSync, statSync } from 'node:fs';

/** PostgreSQL refuses to run as root: the account that it is given then. */
export type PostgresUser = { uid: number; gid: number; name: string };

/**
 * The account to run PostgreSQL as, or undefined when that is simply ours. As root: the owner of the cluster where there
 * is one already, else `postgres`, else `nobody`.
 */
export function choosePostgresUser(clusterDir: string, ownUid = process.getuid?.()): PostgresUser | undefined {
  if (ownUid !== 0) return undefined;
  const accounts = readAccounts();
  const owner = statSync(clusterDir, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) {
    const name = accounts.find(({ uid }) => uid === owner.uid)?.name ?? `uid ${owner.uid}`;
    return { uid: owner.uid, gid: owner.gid, name };
  }
  const byName = (name: string) => accounts.find((account) => account.name === name && account.uid > 0);
  return byName('postgres') ?? byName('nobody') ?? { uid: 65_534, gid: 65_534, name: 'nobody' };
}

function readAccounts(): PostgresUser[] {
  let text: string;
  try {
    text = readFileSync('/etc/passwd', 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    return name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
  });
}
