import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BenchResult, benchResultSchema } from './bench-result.ts';

/** Writes a run under its date. Gives the file's name. */
export async function saveResult(folder: string, result: BenchResult): Promise<string> {
  await mkdir(folder, { recursive: true });
  const name = `${result.startedAt.slice(0, 19).replaceAll(':', '-')}.json`;
  await writeFile(join(folder, name), `${JSON.stringify(benchResultSchema.parse(result), null, 2)}\n`);
  return name;
}

/** All runs that were kept, oldest first. Throws for a file that is none. */
export async function readResults(folder: string): Promise<BenchResult[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(
    names.map(async (name) => benchResultSchema.parse(JSON.parse(await readFile(join(folder, name), 'utf8')))),
  );
}

/** The newest full measurement of each figure and panel, which may come from different runs. */
export function newestOfEach(results: readonly BenchResult[]): Pick<BenchResult, 'figures' | 'panels'> & {
  from: BenchResult[];
} {
  const full = results.filter(({ scale }) => scale === 'full');
  const figures = new Map<string, BenchResult['figures'][number]>();
  const panels = new Map<string, BenchResult['panels'][number]>();
  const sources = new Map<string, BenchResult>();
  for (const result of full) {
    for (const figure of result.figures) figures.set(figure.id, figure);
    for (const panel of result.panels) {
      panels.set(panel.id, panel);
      sources.set(panel.id, result);
    }
  }
  return { figures: [...figures.values()], panels: [...panels.values()], from: [...new Set(sources.values())] };
}
