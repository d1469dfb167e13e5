import { expectDeliveryWhile, writeAtOneNode } from './expect-prompt-delivery.ts';
import type { FaultScenario } from './fault-scenario.ts';

const underLoadMs = 20_000;

export const hintsLost: FaultScenario = {
  name: 'hints-lost',
  fault: 'bus drops, doubles, reorders half of the hints',
  passesWhen: 'there is nothing to see (delivery p99 under 1.5 s)',
  plan: { bus: 'redis', hasLossyHints: true },
  members: { count: 12, writers: 0, everyMs: 0 },
  async run(run) {
    await writeAtOneNode(run);
    await expectDeliveryWhile(run, 'hints are lost', async () => run.goOn(underLoadMs));
    const { lossyLink } = run.cluster;
    if (!lossyLink) throw new Error('Hints are not lost.');
    for (const [what, count] of Object.entries(lossyLink.counts)) {
      run.note(`hints ${what}`, count);
      run.expect(count > 0, `No hint was ${what}: nothing was shown.`);
    }
  },
};
