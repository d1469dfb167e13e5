import { expect, test, vi } from 'vitest';
import { createSendQueue } from './send-queue.ts';

test('S6: messages go one after the other, also past one that fails for good', async () => {
  const underWay: string[] = [];
  const done: string[] = [];
  const answers = new Map<string, PromiseWithResolvers<string>>();
  const queue = createSendQueue<string>({
    send(text, id) {
      underWay.push(`${id} ${text}`);
      const answer = Promise.withResolvers<string>();
      answers.set(id, answer);
      return answer.promise;
    },
    onSent: (sent, id) => done.push(`${id} ${sent}`),
    onFailed: (error, id) => done.push(`${id} ${String(error)}`),
  });
  queue.add('one', 'a');
  queue.add('two', 'b');
  queue.add('three', 'c');

  await vi.waitFor(() => expect(underWay).toEqual(['a one']));
  answers.get('a')?.resolve('sent');
  await vi.waitFor(() => expect(underWay).toEqual(['a one', 'b two']));
  answers.get('b')?.reject(new Error('refused'));
  await vi.waitFor(() => expect(underWay).toEqual(['a one', 'b two', 'c three']));
  answers.get('c')?.resolve('sent');
  await vi.waitFor(() => expect(done).toEqual(['a sent', 'b Error: refused', 'c sent']));
});
