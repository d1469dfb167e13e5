import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/*
 * Puts the driver with our patch into `dist`, where the built package finds it as `#postgres`: who installs the package
 * from a registry gets none of the patches of this workspace (docs/decisions/0014).
 */

const driver = join(dirname(fileURLToPath(import.meta.resolve('postgres'))), '..');
const target = fileURLToPath(new URL('../dist/postgres', import.meta.url));
const version = /"version": "([^"]+)"/.exec(await readFile(join(driver, 'package.json'), 'utf8'))?.[1];

const connection = await readFile(join(driver, 'src/connection.js'), 'utf8');
if (!connection.includes('answer_timeout')) {
  throw new Error(`postgres ${version} in ${driver} is not patched: see patches/README.md.`);
}

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
await cp(join(driver, 'src'), target, { recursive: true });
// Published as those of a CommonJS module. The types of Node come with them, whatever else a project has switched on.
const types = await readFile(join(driver, 'types/index.d.ts'), 'utf8');
const commonJsExport = 'export = postgres;';
if (!types.includes(commonJsExport))
  throw new Error(`The types of postgres ${version} do not end in ${commonJsExport}`);
await writeFile(
  join(target, 'index.d.ts'),
  `/// <reference types="node" />\n${types.replace(commonJsExport, 'export default postgres;')}`,
);
await writeFile(
  join(target, 'NOTICE.md'),
  `postgres.js ${version} by Rasmus Porsager (https://github.com/porsager/postgres), released into the public domain under
the Unlicense (https://unlicense.org). Folkmoot has changed it: what and why is in patches/README.md of its repository.
`,
);
