import { parseArgs } from 'node:util';
import type { Scale } from './scale.ts';

export type Command =
  | { kind: 'help' }
  | { kind: 'plot' }
  | { kind: 'run'; scenarios: string[]; scale: Scale; saves: boolean; profilesTo: string | undefined };

export const usage = `pnpm bench [scenario …] [--quick]   measures, all scenarios by default
pnpm bench plot                     draws the plot from the results that are kept

  --quick     each scenario in under a minute; shows the direction and is not kept
  --smoke     tiny sizes: shows that everything works, measures nothing
  --profile=FOLDER
              lets Folkmoot's server write a CPU profile there, which costs it some CPU
  --no-save   keeps neither results nor plot
`;

/** Throws for an unknown scenario or option, with a sentence that says what there is. */
export function parseCommand(args: string[], known: readonly string[]): Command {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      smoke: { type: 'boolean', default: false },
      profile: { type: 'string' },
      'no-save': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return { kind: 'help' };
  if (positionals.length === 1 && positionals[0] === 'plot') return { kind: 'plot' };
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`There is no scenario ${unknown}; there are ${known.join(', ')}.`);
  const scale = values.smoke ? 'smoke' : values.quick ? 'quick' : 'full';
  return {
    kind: 'run',
    scenarios: positionals.length > 0 ? positionals : [...known],
    scale,
    saves: scale === 'full' && !values['no-save'] && values.profile === undefined,
    profilesTo: values.profile,
  };
}
