import { parseArgs } from 'node:util';

export type FaultsCommand =
  | { kind: 'help' }
  | { kind: 'list' }
  | { kind: 'run'; scenarios: string[]; seed: number | undefined; writesDocs: boolean };

export const faultsUsage = `pnpm faults [scenario …]   breaks a cluster on this machine and checks what its clients saw, all scenarios by default

  --seed N        repeats the choices of a run that failed
  --list          names the scenarios
  --write-docs    keeps the results in apps/faults/results and docs/faults.md
`;

/** Throws for an unknown scenario or option, with a sentence that says what there is. */
export function parseFaultsCommand(args: string[], known: readonly string[]): FaultsCommand {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      seed: { type: 'string' },
      list: { type: 'boolean', default: false },
      'write-docs': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return { kind: 'help' };
  if (values.list) return { kind: 'list' };
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`There is no scenario ${unknown}; there are ${known.join(', ')}.`);
  const seed = values.seed === undefined ? undefined : Number(values.seed);
  if (seed !== undefined && !(Number.isSafeInteger(seed) && seed >= 0)) throw new Error('A seed is a whole number.');
  return {
    kind: 'run',
    scenarios: positionals.length > 0 ? positionals : [...known],
    seed,
    writesDocs: values['write-docs'],
  };
}
