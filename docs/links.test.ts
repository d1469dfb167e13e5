import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { listMarkdownFiles, repository } from './markdown-files.ts';

type Link = { line: number; target: string };

const documents = listMarkdownFiles();
const read = (path: string): string => readFileSync(join(repository, path), 'utf8');

test('every link of every document leads to something that is there', () => {
  const broken = documents.flatMap((document) =>
    linksOf(read(document)).flatMap(({ line, target }) => {
      const problem = problemOf(document, target);
      return problem === undefined ? [] : [`${document}:${line}: ${target} (${problem})`];
    }),
  );
  expect(documents.flatMap((document) => linksOf(read(document))).length).toBeGreaterThan(30);
  expect(broken).toEqual([]);
});

test('what is wrong with a link is told: no file, no heading, or a place outside of the repository', () => {
  expect(problemOf('docs/errors.md', 'protocol.md#sending')).toBeUndefined();
  expect(problemOf('docs/errors.md', 'protocol.md#receiving')).toBe('no such heading');
  expect(problemOf('docs/errors.md', 'protocols.md')).toBe('no such file');
  expect(problemOf('docs/errors.md', '../../elsewhere.md')).toBe('outside of the repository');
});

test('links are found in prose and images, not in code; headings have the anchors that GitHub gives them', () => {
  const markdown =
    '# A `b`: [c](d.md), ok?\n\n`[no](x)`\n\n```md\n[no](y)\n# No\n```\n\n![e](f.png "Title")\n\n## A b c ok\n## Twice\n## Twice\n\n[g]: h.md';
  expect(linksOf(markdown).map(({ target }) => target)).toEqual(['d.md', 'f.png', 'h.md']);
  expect(anchorsOf(markdown)).toEqual(new Set(['a-b-c-ok', 'a-b-c-ok-1', 'twice', 'twice-1']));
});

function problemOf(document: string, target: string): string | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(target)) return undefined;
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? document : normalize(join(dirname(document), decodeURI(path)));
  if (file.startsWith('..') || path.startsWith('/')) return 'outside of the repository';
  const full = join(repository, file);
  if (!existsSync(full)) return 'no such file';
  if (anchor === undefined) return undefined;
  if (statSync(full).isDirectory() || !file.endsWith('.md')) return 'no headings there';
  return anchorsOf(read(file)).has(decodeURIComponent(anchor)) ? undefined : 'no such heading';
}

/** A document without its code, line by line. */
function proseOf(markdown: string): string[] {
  let fence: string | undefined;
  return markdown.split('\n').map((line) => {
    const mark = /^ *(`{3,})/.exec(line)?.[1];
    if (fence === undefined && mark === undefined) return line;
    if (fence === undefined) fence = mark;
    else if (mark !== undefined && mark.length >= fence.length) fence = undefined;
    return '';
  });
}

function linksOf(markdown: string): Link[] {
  return proseOf(markdown).flatMap((text, index) => {
    const prose = text.replaceAll(/`[^`]*`/g, '``');
    const found = [
      ...prose.matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g),
      ...prose.matchAll(/^\[[^\]]+\]: +<?([^\s>]+)>?/g),
      ...prose.matchAll(/<(?:a|img|source)\b[^>]* (?:href|src|srcset)="([^"]+)"/g),
    ];
    return found.map(([, target = '']) => ({ line: index + 1, target }));
  });
}

function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (const line of proseOf(markdown)) {
    const heading = /^#{1,6} +(.*?)(?: +#+)? *$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
    const base = text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-');
    let anchor = base;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${base}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}
