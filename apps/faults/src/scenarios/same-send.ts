import { randomUUID } from 'node:crypto';
import { signFaultsToken } from '../clients/faults-token.ts';
import { createStockTrpcClient } from '../clients/stock-trpc-client.ts';
import { writePatiently } from '../clients/write-patiently.ts';
import type { WriteRecord } from '../check/client-history.ts';
import type { FaultScenario } from './fault-scenario.ts';

const rounds = 40;
const repeats = 5;

export const sameSend: FaultScenario = {
  name: 'same-send',
  fault: 'the same send retried five times, over several sockets and nodes, also at once',
  passesWhen: 'there is one row, and the same answer to each',
  plan: { bus: 'postgres' },
  members: { count: 4, writers: 2, everyMs: 100 },
  async run({ cluster, room, join, random, note, expect }) {
    const name = 'insistent';
    const { history } = await join({ name });
    const clients = Array.from({ length: repeats }, (_, index) =>
      createStockTrpcClient({
        url: cluster.nodes[index % cluster.nodes.length]?.url ?? cluster.url,
        token: signFaultsToken(name),
        way: index % 2 === 0 ? 'websocket' : 'sse',
      }),
    );
    let differing = 0;
    for (let round = 0; round < rounds; round++) {
      const send = { kind: 'send', text: `round ${round}`, clientMessageId: randomUUID() } as const;
      const isAtOnce = round % 2 === 0;
      const records: WriteRecord[] = [];
      const tries = clients.map(({ chat }) => async () => {
        records.push(await writePatiently(send, { chat, room, history }));
      });
      const order = tries.toSorted(() => random() - 0.5);
      if (isAtOnce) await Promise.all(order.map(async (again) => again()));
      else for (const again of order) await again();
      const answers = records.map(({ answer, refusal }) =>
        answer ? `${answer.message.id} ${answer.message.seq}` : refusal,
      );
      if (new Set(answers).size !== 1 || records.length !== repeats) differing++;
    }
    await Promise.all(clients.map(async ({ close }) => close()));
    note('sends, five times each', rounds);
    note('with different answers', differing);
    expect(differing === 0, `${differing} of ${rounds} sends were answered differently.`);
  },
};
