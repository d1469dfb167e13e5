import type { OutboxEntry, TimelineRow } from '@folkmoot/client';
import { expect, test } from 'vitest';
import { countUnsent } from './unsent-messages.ts';

const common = { createdAt: 0, failure: null } as const;
const rowOf = (pending: OutboxEntry): TimelineRow => ({
  key: pending.id,
  message: null,
  pending,
  state: pending.state,
});
const waiting = rowOf({ ...common, kind: 'send', id: 'p', text: 'x', state: 'sending' });
const refused = rowOf({ ...common, kind: 'send', id: 'q', text: 'x', state: 'failed' });
const refusedEdit = rowOf({ ...common, kind: 'edit', id: 'e', messageId: 'm', text: 'x', state: 'failed' });

test('unsent are own messages at the end, not changes of messages that are not loaded', () => {
  expect(countUnsent([waiting, refusedEdit])).toBe(1);
  expect(countUnsent([waiting, refused])).toBe(2);
  expect(countUnsent([])).toBe(0);
});
