import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository, runProgram } from './run-program.ts';

export type PackedPackage = { name: string; tarball: string; files: string[]; manifest: Record<string, unknown> };

/** Runs the pnpm that the workspace names. */
export async function runPnpm(args: string[], cwd: string): Promise<{ code: number; output: string }> {
  const { packageManager } = await readJson(join(repository, 'package.json'));
  return runProgram('npx', ['-y', String(packageManager), ...args], { cwd, timeoutMs: 180_000 });
}

/** Packs each package that is not private, as publishing would, into `folder`. They have to be built. */
export async function packPackages(folder: string): Promise<PackedPackage[]> {
  const tarballs = join(folder, 'tarballs');
  const unpacked = join(folder, 'unpacked');
  const args = ['--filter', './packages/*', '--fail-if-no-match', 'pack', '--pack-destination', tarballs];
  await mkdir(unpacked, { recursive: true });
  const packing = await runPnpm(args, repository);
  if (packing.code !== 0) throw new Error(`Cannot pack: ${packing.output}`);

  const listing = await runProgram('find', [tarballs, '-name', '*.tgz'], { cwd: folder });
  return Promise.all(
    listing.output
      .split('\n')
      .filter((line) => line.endsWith('.tgz'))
      .map(async (tarball) => {
        const contents = await runProgram('tar', ['-tzf', tarball], { cwd: folder });
        const text = await runProgram('tar', ['-xzOf', tarball, 'package/package.json'], { cwd: folder });
        const manifest: Record<string, unknown> = JSON.parse(text.output);
        const files = contents.output.split('\n').map((file) => file.replace(/^package\//, ''));
        return { name: String(manifest['name']), tarball, files, manifest };
      }),
  );
}

async function readJson(path: string): Promise<Record<string, unknown>> {
  const parsed: Record<string, unknown> = JSON.parse(await readFile(path, 'utf8'));
  return parsed;
}
