import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { faultScenarios } from '../scenarios/fault-scenarios.ts';
import { readFaultResults } from './fault-results-folder.ts';
import { renderFaultsPage } from './faults-page.ts';

test('docs/faults.md shows the results that were kept, and no others', async () => {
  const page = await readFile(join(import.meta.dirname, '../../../../docs/faults.md'), 'utf8');
  const results = await readFaultResults(join(import.meta.dirname, '../../results'));
  expect(page).toBe(renderFaultsPage(faultScenarios, results));
  expect(faultScenarios.map(({ name }) => name)).toEqual(expect.arrayContaining([...results.keys()]));
});
