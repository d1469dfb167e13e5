import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FaultResult, faultResultSchema } from './fault-result.ts';

/** Keeps a result in place of the one before of its scenario. */
export async function keepFaultResult(folder: string, result: FaultResult): Promise<void> {
  await mkdir(folder, { recursive: true });
  const text = JSON.stringify(faultResultSchema.parse(result), null, 2);
  await writeFile(join(folder, `${result.name}.json`), `${text}\n`);
}

/** What was kept, by scenario. Throws for a file that is no result. */
export async function readFaultResults(folder: string): Promise<Map<string, FaultResult>> {
  const files = await readdir(folder).catch(() => []);
  const results = await Promise.all(
    files
      .filter((file) => file.endsWith('.json'))
      .map(async (file) => faultResultSchema.parse(JSON.parse(await readFile(join(folder, file), 'utf8')))),
  );
  return new Map(results.map((result) => [result.name, result]));
}
