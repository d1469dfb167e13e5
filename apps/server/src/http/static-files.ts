import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { gzipSync } from 'node:zlib';

export type StaticFile = { type: string; etag: string; content: Buffer; gzipped: Buffer | undefined };

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};
const alreadyPacked = new Set(['.png', '.woff2']);

/**
 * All files of a folder that have a known type, by their path in a URL. They are few and small, and are held in memory:
 * a build that replaces them under a running server neither breaks a page in half nor makes a read fail.
 */
export function readStaticFiles(directory: string): ReadonlyMap<string, StaticFile> {
  const files = new Map<string, StaticFile>();
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const extension = extname(entry.name);
    const type = types[extension];
    if (!entry.isFile() || type === undefined) continue;
    const file = join(entry.parentPath, entry.name);
    const content = readFileSync(file);
    files.set(file.slice(directory.length).replaceAll(sep, '/'), {
      type,
      etag: `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`,
      content,
      gzipped: alreadyPacked.has(extension) ? undefined : gzipSync(content),
    });
  }
  return files;
}
