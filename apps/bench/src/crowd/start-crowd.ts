import { z } from 'zod';
import { endChild, forkModule } from '../fork-module.ts';
import type {
  CrowdCommand,
  CrowdCommands,
  CrowdRequest,
  MemberSurvey,
  PublishInput,
  PublishReport,
} from './crowd-commands.ts';

const publishReportSchema = z.object({
  deliveries: z.number(),
  bytesPerDelivery: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
});
const saturateReportSchema = z.object({ perSecond: z.number() });
const surveySchema = z.array(
  z.object({
    events: z
      .object({ firstSeq: z.number(), lastSeq: z.number(), isGapless: z.boolean(), lastEventId: z.string() })
      .exactOptional(),
    closeCode: z.number().exactOptional(),
  }),
);
const responseSchema = z.object({ id: z.number(), output: z.unknown().optional(), error: z.string().optional() });

type Input<Name extends CrowdCommand> = CrowdCommands[Name]['input'];

/** All clients of a scenario, in one process of their own. Commands reject when a client fails. */
export type Crowd = {
  pid: number;
  join(input: Input<'join'>): Promise<void>;
  leave(group: string): Promise<void>;
  publish(input: PublishInput): Promise<PublishReport>;
  saturate(input: Input<'saturate'>): Promise<number>;
  awaitEvents(input: Input<'awaitEvents'>): Promise<void>;
  readToTheEnd(group: string): Promise<void>;
  survey(group: string): Promise<MemberSurvey[]>;
  stop(): Promise<void>;
};

export function startCrowd(): Crowd {
  const child = forkModule('./crowd/crowd-process');
  const waiting = new Map<number, (response: z.infer<typeof responseSchema>) => void>();
  let lastId = 0;
  child.on('message', (message: unknown) => {
    const response = responseSchema.parse(message);
    waiting.get(response.id)?.(response);
    waiting.delete(response.id);
  });
  child.on('exit', () => {
    for (const settle of waiting.values()) settle({ id: 0, error: 'The process of the clients ended.' });
    waiting.clear();
  });

  async function command(toRequest: (id: number) => CrowdRequest): Promise<unknown> {
    const id = ++lastId;
    const { promise, resolve } = Promise.withResolvers<z.infer<typeof responseSchema>>();
    waiting.set(id, resolve);
    child.send(toRequest(id));
    const { output, error } = await promise;
    if (error !== undefined) throw new Error(error);
    return output;
  }

  return {
    pid: child.pid ?? 0,
    async join(input) {
      await command((id) => ({ id, name: 'join', input }));
    },
    async leave(group) {
      await command((id) => ({ id, name: 'leave', input: { group } }));
    },
    publish: async (input) => publishReportSchema.parse(await command((id) => ({ id, name: 'publish', input }))),
    async saturate(input) {
      const report = saturateReportSchema.parse(await command((id) => ({ id, name: 'saturate', input })));
      return report.perSecond;
    },
    async awaitEvents(input) {
      await command((id) => ({ id, name: 'awaitEvents', input }));
    },
    async readToTheEnd(group) {
      await command((id) => ({ id, name: 'readToTheEnd', input: { group } }));
    },
    survey: async (group) => surveySchema.parse(await command((id) => ({ id, name: 'survey', input: { group } }))),
    stop: async () => endChild(child),
  };
}
