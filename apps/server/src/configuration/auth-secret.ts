import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The secret of a server at home: made at its first start and kept in DATA_DIR, readable by its owner only, so that
 * tokens outlive a restart.
 */
export async function keepAuthSecret(dataDir: string): Promise<string> {
  const file = join(dataDir, 'auth-secret');
  const kept = await readSecret(file);
  if (kept !== undefined) return kept;

  await mkdir(dataDir, { recursive: true });
  const draft = join(dataDir, `auth-secret.${randomBytes(6).toString('hex')}`);
  await writeFile(draft, `${randomBytes(48).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    // Of two first starts at once, one links and the other finds it linked: both then read the same whole secret.
    await link(draft, file);
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  } finally {
    await rm(draft, { force: true });
  }
  const made = await readSecret(file);
  if (made === undefined) throw new Error(`The secret in ${file} has gone.`);
  return made;
}

/** The secret that a server at home has made; undefined where none has been started with this DATA_DIR. */
export async function findAuthSecret(dataDir: string): Promise<string | undefined> {
  return readSecret(join(dataDir, 'auth-secret'));
}

async function readSecret(file: string): Promise<string | undefined> {
  try {
    const secret = (await readFile(file, 'utf8')).trim();
    if (Buffer.byteLength(secret) >= 32) return secret;
    throw new Error(`${file} does not hold a secret of 32 bytes or more. Remove it to have a new one made.`);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
