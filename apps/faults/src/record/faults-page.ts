import { historyRules } from '../check/check-histories.ts';
import { usualBounds } from '../check/check-nodes.ts';
import type { FaultScenario } from '../scenarios/fault-scenario.ts';
import type { FaultResult } from './fault-result.ts';

/** docs/faults.md, which `pnpm faults --write-docs` writes: what each scenario is, and what its newest run has shown. */
export function renderFaultsPage(
  scenarios: readonly FaultScenario[],
  results: ReadonlyMap<string, FaultResult>,
): string {
  const rows = scenarios.map((scenario) => {
    const { name, fault, passesWhen } = scenario;
    const result = results.get(name);
    const run = result ? `${result.outcome}, ${result.startedAt.slice(0, 10)}` : 'not yet run';
    return `| \`${name}\` | ${fault} | ${passesWhen} | ${run} |`;
  });
  return `${head}
| scenario | fault | passes when, besides the checker | newest run |
| --- | --- | --- | --- |
${rows.join('\n')}

${checker}
## Results

${scenarios.map(({ name }) => renderResult(name, results.get(name))).join('\n')}`;
}

function renderResult(name: string, result: FaultResult | undefined): string {
  if (!result) return `### ${name}\n\nNot yet run.\n`;
  const { outcome, startedAt, seconds, seed, commit, machine, figures, sentences } = result;
  const lines = [
    `### ${name}: ${outcome}`,
    '',
    `${startedAt.slice(0, 16).replace('T', ' ')} UTC, ${seconds} s, seed ${seed}, commit ${commit}, ${machine}.`,
    '',
    ...sentences.map((sentence) => `- **${sentence}**`),
    ...Object.entries(figures).map(([figure, value]) => `- ${figure}: ${value}`),
    '',
  ];
  return lines.join('\n');
}

const head = `# Faults

\`pnpm faults\` breaks a cluster on this machine, one way after the other, while clients write and read, and then checks all that
they saw. This page is written by \`pnpm faults --write-docs\`: it shows the newest run of each scenario that was kept, and
nothing that was not seen.

\`\`\`sh
npx -y pnpm@12.4.2 faults                        # all, under 30 minutes
npx -y pnpm@12.4.2 faults node-killed --seed 7   # some, with the choices of an earlier run
\`\`\`

A cluster is three processes of the built server with their defaults (but for limits, which are off) on a PostgreSQL with
fsync on, and Redis where a scenario says so, with a TCP proxy on every link: between the balancer and each node, each node and PostgreSQL,
each node's LISTEN and PostgreSQL, each node and Redis. Clients are the stock \`@trpc/client\`, half over WebSocket and half
over server-sent events with HTTP batches. They send, edit and delete, and repeat what failed as retryable with the same
\`clientMessageId\`. Each keeps a history. A failure prints its seed and keeps the histories and the logs of
the nodes in a folder below \`.data/faults\`.
`;

const checker = `## The checker

Applied to every run; each of its rules is seen to fail on a planted violation by a test.

${historyRules.map((rule) => `- ${rule}`).join('\n')}
- no process ends by itself, none writes of an unhandled rejection, all stop with code 0 within ${usualBounds.stopMs / 1_000} s of SIGTERM, and no
  connection or timer is left when the clients have gone
- memory of a node under ${usualBounds.memoryMiB} MiB, its event loop late by less than ${usualBounds.loopDelayMs} ms (p99 of 2 s), unless the scenario says otherwise

What was acknowledged between a backup and its restore, or behind a replica's back, is lost with the log that held it; there the
checker asks for everything else.
`;
