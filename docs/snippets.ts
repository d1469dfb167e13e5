/*
 * Code in Markdown, made into modules that a compiler reads. Each line stands in its module where it stands in the document,
 * with empty lines between, so that what the compiler says of a line is true of the document.
 *
 *   ```ts            a module of its own, whose name may be its first line: `// app-router.ts`. Blocks of one document
 *   …                import each other by such names, and a second block of the same name goes on with the first.
 *   ```
 *
 *   <!-- ts          what the block after it needs and a reader does not: declarations of what is theirs. With a name in its
 *   …                first line it is a module by itself.
 *   -->
 *
 *   <!-- continues -->   the block after it goes on with the one before
 */

/** `name` is that of a file; `source` has as many lines as the document up to the module's last one. */
export type SnippetModule = { name: string; source: string };

/** A line of a shell block, or a command in back-ticks. */
export type ShellCommand = { line: number; command: string };

type Block = { language: string; isHidden: boolean; continues: boolean; start: number; lines: string[] };

/** The ts and tsx blocks of a document. */
export function collectModules(markdown: string): SnippetModule[] {
  const modules = new Map<string, string[]>();
  let current: { name: string; lines: string[] } | undefined;
  let hidden: Block[] = [];
  for (const block of blocksOf(markdown)) {
    if (block.language !== 'ts' && block.language !== 'tsx') continue;
    const named = /^\/\/ ([\w-]+\.tsx?)$/.exec(block.lines[0] ?? '')?.[1];
    if (block.isHidden && named === undefined) {
      hidden.push(block);
      continue;
    }
    if (!block.continues || !current) {
      const name = named ?? `line-${block.start}.${block.language}`;
      current = { name, lines: modules.get(name) ?? [] };
      modules.set(name, current.lines);
    }
    for (const { start, lines } of [...hidden, block]) {
      while (current.lines.length < start - 1) current.lines.push('');
      current.lines.push(...lines);
    }
    hidden = [];
  }
  return [...modules].map(([name, lines]) => ({ name, source: `${lines.join('\n')}\n` }));
}

/** Commands of the shell blocks of a document, and what stands in back-ticks and may be one. */
export function collectCommands(markdown: string): ShellCommand[] {
  const blocks = blocksOf(markdown);
  const inBlocks = blocks
    .filter(({ language, isHidden }) => ['sh', 'bash', 'shell'].includes(language) && !isHidden)
    .flatMap(({ start, lines }) => lines.map((command, index) => ({ line: start + index, command })));
  const prose = markdown.split('\n');
  for (const { start, lines } of blocks) prose.fill('', start - 1, start - 1 + lines.length);
  const inProse = prose.flatMap((text, index) =>
    Array.from(text.matchAll(/`([^`]+)`/g), ([, command = '']) => ({ line: index + 1, command })),
  );
  return [...inBlocks, ...inProse];
}

/** Fenced blocks and hidden ones, in the order of the document. `start` is the number of the first line within. */
function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: { block: Block; end: RegExp } | undefined;
  let continues = false;
  for (const [index, line] of markdown.split('\n').entries()) {
    if (open) {
      if (open.end.test(line)) open = undefined;
      else open.block.lines.push(line);
      continue;
    }
    const fence = /^(`{3,})([\w-]*)/.exec(line);
    const comment = /^<!-- (tsx?)$/.exec(line);
    if (fence || comment) {
      const language = fence?.[2] ?? comment?.[1] ?? '';
      const block = { language, isHidden: fence === null, continues, start: index + 2, lines: [] };
      blocks.push(block);
      open = { block, end: fence ? new RegExp(`^${fence[1]}\\s*$`) : /^-->/ };
      if (fence) continues = false;
    } else if (line === '<!-- continues -->') {
      continues = true;
    }
  }
  return blocks;
}
