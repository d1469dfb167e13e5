import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, expect, test } from 'vitest';
import { type BenchResult, toFiguresAndPanels } from './bench-result.ts';
import { readMachine } from './machine-facts.ts';
import { newestOfEach, readResults, saveResult } from './results-folder.ts';
import { drawPlot } from './results-plot.ts';
import { printPanels, printTable } from './results-table.ts';

const measured = (folkmoot: number[]) =>
  toFiguresAndPanels([
    {
      figures: { 'fan-out-single': folkmoot },
      panels: [
        {
          id: 'p',
          title: 'Less < more',
          unit: 'µs',
          better: 'lower',
          series: [{ name: 'Folkmoot', samples: folkmoot }],
        },
      ],
      details: { seen: 3 },
    },
  ]);

function result(startedAt: string, samples: number[], scale: BenchResult['scale'] = 'full'): BenchResult {
  const machine = { ...readMachine(), cpu: 'a processor' };
  return { format: 1, startedAt, seconds: 1, scale, commit: 'abc', machine, versions: {}, ...measured(samples) };
}

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-results-'));
  onTestFinished(async () => rm(folder, { recursive: true }));
  return folder;
}

test('a run is read as it was written, with its bars, the median judged', async () => {
  const folder = await makeFolder();
  const run = result('2026-11-24T10:00:00.000Z', [0.5, 0.9, 0.7]);
  expect(await saveResult(folder, run)).toBe('2026-11-24T10-00-00.json');
  expect(await readResults(folder)).toEqual([run]);
  expect(run.figures[0]).toMatchObject({ min: 0.5, median: 0.7, max: 0.9, bar: 0.9, aim: 0.6, verdict: 'bar reached' });
});

test('a file that is no result is refused', async () => {
  const folder = await makeFolder();
  await writeFile(join(folder, 'other.json'), '{"format":2}');
  await expect(readResults(folder)).rejects.toThrow('format');
});

test('the plot shows the newest full measurement of each panel', () => {
  const older = result('2026-11-24T10:00:00.000Z', [0.5]);
  const newer = result('2026-11-25T10:00:00.000Z', [0.4]);
  const quick = result('2026-11-26T10:00:00.000Z', [0.1], 'quick');
  const newest = newestOfEach([older, newer, quick]);
  expect(newest.from).toEqual([newer]);
  const svg = drawPlot(newest);
  expect(svg).toContain('0.40 µs');
  expect(svg).toContain('Less &lt; more');
  expect(svg).toContain('2026-11-25, commit abc');
});

test('the table says what was reached of what', () => {
  const { figures, panels, details } = result('2026-11-24T10:00:00.000Z', [0.95]);
  const [head, , row] = printTable(figures).split('\n');
  expect(head).toMatch(/figure +\| bar +\| aim +\| min +\| median +\| max +\| verdict/);
  expect(row).toMatch(/against Socket\.IO +\| ≤ 0\.9 +\| ≤ 0\.6 +\| 0\.95 +\| 0\.95 +\| 0\.95 +\| missed/);
  expect(printPanels({ panels, details })).toContain('0.95 µs');
});
