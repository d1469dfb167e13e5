import { randomInt } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { faultsUsage, parseFaultsCommand } from './faults-command.ts';
import type { FaultResult } from './record/fault-result.ts';
import { keepFaultResult, readFaultResults } from './record/fault-results-folder.ts';
import { renderFaultsPage } from './record/faults-page.ts';
import { describeCommit, describeMachine } from './record/run-facts.ts';
import { type FaultOutcome, runFaultScenario } from './run-fault-scenario.ts';
import { faultScenarios } from './scenarios/fault-scenarios.ts';

const root = join(import.meta.dirname, '../../..');
const resultsFolder = join(import.meta.dirname, '../results');
const evidenceFolder = join(root, '.data/faults');

async function main(): Promise<void> {
  const command = parseFaultsCommand(
    process.argv.slice(2),
    faultScenarios.map(({ name }) => name),
  );
  if (command.kind === 'help') {
    print(faultsUsage);
    return;
  }
  if (command.kind === 'list') {
    for (const { name, fault } of faultScenarios) print(`${name.padEnd(20)} ${fault}\n`);
    return;
  }
  const closers: (() => Promise<void>)[] = [];
  // Whoever interrupts a run shall not find its servers running.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      const exit = () => process.exit(130);
      closeAll(closers).then(exit, exit);
    });
  }
  const facts = { commit: await describeCommit(), machine: describeMachine() };
  let failed = 0;
  for (const scenario of faultScenarios.filter(({ name }) => command.scenarios.includes(name))) {
    const seed = command.seed ?? randomInt(2 ** 31);
    print(`${scenario.name}, seed ${seed}: ${scenario.fault}\n`);
    const { evidence, ...outcome } = await runFaultScenario(scenario, seed, closers);
    print(describe(outcome));
    if (outcome.outcome === 'failed') {
      failed++;
      print(`  kept in ${await keepEvidence(outcome, evidence)}\n`);
    }
    if (command.writesDocs) await keepOnRecord({ ...outcome, ...facts });
  }
  if (failed > 0) process.exitCode = 1;
}

/** After each scenario: a run that is interrupted has shown something, too. */
async function keepOnRecord(result: FaultResult): Promise<void> {
  await keepFaultResult(resultsFolder, result);
  const page = renderFaultsPage(faultScenarios, await readFaultResults(resultsFolder));
  await writeFile(join(root, 'docs/faults.md'), page);
}

async function closeAll(closers: (() => Promise<void>)[]): Promise<void> {
  for (const close of closers.splice(0).toReversed()) await close();
}

function describe({ outcome, seconds, figures, sentences }: Omit<FaultOutcome, 'evidence'>): string {
  const lines = [
    `  ${outcome} after ${seconds} s`,
    ...sentences.map((sentence) => `  ! ${sentence}`),
    ...Object.entries(figures).map(([figure, value]) => `    ${figure}: ${value}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** What to look at after a failure: a file for each client and each node, and what is stored. */
async function keepEvidence(
  { name, seed, startedAt }: Pick<FaultOutcome, 'name' | 'seed' | 'startedAt'>,
  { histories, truth, nodes }: FaultOutcome['evidence'],
): Promise<string> {
  const folder = join(evidenceFolder, `${startedAt.slice(0, 19).replaceAll(':', '-')}-${name}-seed-${seed}`);
  await mkdir(folder, { recursive: true });
  const put = async (file: string, text: string) => writeFile(join(folder, file.replaceAll(' ', '-')), text);
  for (const history of histories) await put(`${history.name}.json`, JSON.stringify(history, null, 1));
  for (const { output, ...report } of nodes) {
    await put(`${report.name}.log`, output);
    await put(`${report.name}.json`, JSON.stringify(report, null, 1));
  }
  if (truth) await put('stored.json', JSON.stringify(truth, null, 1));
  return folder;
}

function print(text: string): void {
  process.stdout.write(text);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
