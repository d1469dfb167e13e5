import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createBenchDatabase } from './bench-database.ts';
import { type Command, parseCommand, usage } from './command-line.ts';
import { createProgress } from './progress.ts';
import { type BenchResult, toFiguresAndPanels } from './results/bench-result.ts';
import { readCommit, readMachine, readVersions } from './results/machine-facts.ts';
import { newestOfEach, readResults, saveResult } from './results/results-folder.ts';
import { drawPlot } from './results/results-plot.ts';
import { printPanels, printTable } from './results/results-table.ts';
import { runScenario } from './run-scenario.ts';
import { allScenarios } from './scenarios/all-scenarios.ts';
import type { Measured } from './scenarios/scenario.ts';

const resultsFolder = join(import.meta.dirname, '../results');
const plotFile = join(import.meta.dirname, '../../../docs/images/benchmarks.svg');

type RunCommand = Extract<Command, { kind: 'run' }>;

async function main(): Promise<void> {
  const command = parseCommand(
    process.argv.slice(2),
    allScenarios.map(({ name }) => name),
  );
  switch (command.kind) {
    case 'help':
      process.stdout.write(usage);
      return;
    case 'plot':
      await redrawPlot();
      return;
    case 'run': {
      const result = await run(command);
      process.stdout.write(`${printTable(result.figures)}\n\n${printPanels(result)}\n`);
      if (!command.saves) return;
      process.stdout.write(`\nkept as ${await saveResult(resultsFolder, result)}\n`);
      await redrawPlot();
    }
  }
}

async function run({ scenarios, scale, profilesTo }: RunCommand): Promise<BenchResult> {
  const chosen = allScenarios.filter(({ name }) => scenarios.includes(name));
  const nodeFlags = profilesTo === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profilesTo}`];
  const startedAt = new Date();
  const machine = readMachine();
  const database = createBenchDatabase();
  const progress = createProgress(chosen.reduce((sum, { steps }) => sum + steps(scale), 0));
  const measured: Measured[] = [];
  // Whoever interrupts a run shall not find its PostgreSQL running; the other processes end with this one.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      const exit = () => process.exit(130);
      database.close().then(exit, exit);
    });
  }
  try {
    for (const scenario of chosen) {
      progress.begin(scenario.name);
      measured.push(await runScenario(scenario, { scale, database, nodeFlags, tick: () => progress.tick() }));
    }
  } finally {
    progress.end();
    await database.close();
  }
  return {
    format: 1,
    startedAt: startedAt.toISOString(),
    seconds: Math.round((Date.now() - startedAt.getTime()) / 1000),
    scale,
    commit: await readCommit(),
    machine,
    versions: await readVersions(),
    ...toFiguresAndPanels(measured),
  };
}

async function redrawPlot(): Promise<void> {
  await mkdir(dirname(plotFile), { recursive: true });
  await writeFile(plotFile, drawPlot(newestOfEach(await readResults(resultsFolder))));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
