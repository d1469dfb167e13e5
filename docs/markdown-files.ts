import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const repository = fileURLToPath(new URL('..', import.meta.url));

const leftOut = new Set(['node_modules', 'dist', 'coverage']);

/** Every Markdown file of the repository, by its path in it. Folders with a leading dot hold what was generated, or tools. */
export function listMarkdownFiles(under = ''): string[] {
  return readdirSync(join(repository, under), { withFileTypes: true }).flatMap((entry) => {
    const path = join(under, entry.name);
    if (entry.isDirectory())
      return entry.name.startsWith('.') || leftOut.has(entry.name) ? [] : listMarkdownFiles(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}
