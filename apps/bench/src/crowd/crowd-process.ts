import { setTimeout as sleep } from 'node:timers/promises';
import type { CrowdRequest, CrowdResponse } from './crowd-commands.ts';
import { Group } from './group.ts';
import { markedText } from './marked-text.ts';
import { publishEvents, waitUntil } from './publish-events.ts';

/* The process of the clients: takes commands from its parent, one answer each, and ends with it. */

/** How long a server may take to let go of a client that answers nothing. */
const maxEndMs = 60_000;

const groups = new Map<string, Group>();

function groupOf(name: string): Group {
  const group = groups.get(name);
  if (!group) throw new Error(`There is no group ${name}.`);
  return group;
}

async function obey(request: CrowdRequest): Promise<unknown> {
  switch (request.name) {
    case 'join': {
      const group = new Group();
      groups.set(request.input.group, group);
      await group.join(request.input);
      return null;
    }
    case 'leave':
      groupOf(request.input.group).leave();
      groups.delete(request.input.group);
      return null;
    case 'publish': {
      const { senders, receivers } = request.input;
      const parties = {
        senders: groupOf(senders),
        receivers: receivers === undefined ? undefined : groupOf(receivers),
      };
      return publishEvents(parties, request.input);
    }
    case 'saturate':
      return saturate(groupOf(request.input.senders), request.input);
    case 'awaitEvents': {
      const group = groupOf(request.input.group);
      const wanted = group.members.length * request.input.each;
      await waitUntil(
        () => group.events >= wanted,
        () => group.events,
        [group],
      );
      return null;
    }
    case 'readToTheEnd': {
      const group = groupOf(request.input.group);
      for (const member of group.members) member.readOn();
      await waitUntil(
        () => group.members.every(({ isOver }) => isOver),
        () => group.events,
        [],
        maxEndMs,
      );
      return null;
    }
    case 'survey':
      return groupOf(request.input.group).survey();
  }
}

async function saturate(
  senders: Group,
  { messageBytes, seconds }: { messageBytes: number; seconds: number },
): Promise<{ perSecond: number }> {
  let acknowledged = 0;
  let isOver = false;
  const text = markedText(messageBytes, 0);
  senders.onAcknowledged = (member) => {
    acknowledged++;
    if (!isOver) senders.sendAs(member, [text]);
  };
  const start = performance.now();
  for (const member of senders.members) senders.sendAs(member, [text]);
  await sleep(seconds * 1000);
  const perSecond = acknowledged / ((performance.now() - start) / 1000);
  isOver = true;
  // What is under way must not be taken for a part of what comes next.
  await sleep(500);
  senders.onAcknowledged = undefined;
  if (senders.failures.length > 0) throw new Error(`A client failed: ${senders.failures[0]}`);
  return { perSecond };
}

process.on('message', (request: CrowdRequest) => {
  const answer = (response: CrowdResponse): void => {
    process.send?.(response);
  };
  obey(request).then(
    (output) => answer({ id: request.id, output }),
    (error: unknown) => answer({ id: request.id, error: error instanceof Error ? error.message : String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
