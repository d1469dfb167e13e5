import '../test/dom-page.ts';
import { StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, test, vi } from 'vitest';
import { createFakeChat } from '../test/fake-chat.ts';
import { mount, settle } from '../test/mount.ts';
import { ChatProvider, type ChatStats, type StatsOptions, type StatsView, useStats } from './index.ts';

const statsOf = (totalMessages: number): ChatStats => ({ totalMessages, totalUsers: 1, daily: [], hourly: [] });

/** A page of statistics whose questions are answered by hand. */
function createWorld() {
  const asked: {
    input: StatsOptions;
    signal: AbortSignal;
    answer: (stats: ChatStats) => Promise<void>;
    refuse: (error: Error) => Promise<void>;
  }[] = [];
  const { chat, opened } = createFakeChat({
    stats: (input, { signal }) =>
      new Promise<ChatStats>((resolve, reject) => {
        asked.push({
          input,
          signal,
          answer: (stats) => settle(() => resolve(stats)),
          refuse: (error) => settle(() => reject(error)),
        });
      }),
  });
  const views: StatsView[] = [];
  const Page = (options: StatsOptions) => {
    const view = useStats(options);
    views.push(view);
    return view.isLoading ? 'loading' : (view.error?.message ?? view.stats?.totalMessages);
  };
  return {
    asked,
    opened,
    view: () => views.at(-1) ?? expect.fail('Nothing was rendered.'),
    page: (options: StatsOptions = {}) => (
      <ChatProvider chat={chat}>
        <Page {...options} />
      </ChatProvider>
    ),
  };
}

test('statistics are asked for once mounted, without opening a room', async () => {
  const { page, asked, view, opened } = createWorld();
  const mounted = await mount(page({ room: 'side-room', days: 7 }));
  expect(view()).toMatchObject({ stats: null, error: null, isLoading: true });
  expect(asked.map(({ input }) => input)).toEqual([{ room: 'side-room', days: 7 }]);
  await asked[0]?.answer(statsOf(3));
  expect(mounted.text()).toBe('3');
  expect(opened).toHaveLength(0);
});

test('a refresh keeps what is shown until the answer is there; a failed one keeps it too, and tells why', async () => {
  const { page, asked, view } = createWorld();
  await mount(page());
  await asked[0]?.answer(statsOf(1));
  const { refresh } = view();
  await settle(refresh);
  expect(view()).toMatchObject({ stats: statsOf(1), isLoading: true });
  expect(view().refresh).toBe(refresh);
  await asked[1]?.refuse(new Error('The database is away.'));
  expect(view()).toMatchObject({
    stats: statsOf(1),
    isLoading: false,
    error: { name: 'ChatError', code: null, message: 'The database is away.' },
  });
  await settle(refresh);
  expect(view()).toMatchObject({ stats: statsOf(1), isLoading: true, error: null });
  await asked[2]?.answer(statsOf(2));
  expect(view()).toMatchObject({ stats: statsOf(2), isLoading: false, error: null });
});

test('another span begins anew, and a late answer about the old one changes nothing', async () => {
  const { page, asked, view } = createWorld();
  const mounted = await mount(page({ days: 7 }));
  await asked[0]?.answer(statsOf(7));
  await mounted.show(page({ days: 14 }));
  expect(view()).toMatchObject({ stats: null, isLoading: true });
  await mounted.show(page({ days: 30 }));
  expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, true, false]);
  await asked[2]?.answer(statsOf(30));
  await asked[1]?.answer(statsOf(14));
  expect(mounted.text()).toBe('30');
  await mounted.show(page({ days: 90 }));
  await asked[3]?.refuse(new Error('Not now.'));
  expect(view()).toMatchObject({ stats: null, error: { message: 'Not now.' } });
});

test('unmounted while loading: the request is given up, and what comes of it is not missed', async () => {
  const { page, asked } = createWorld();
  const warned = vi.spyOn(console, 'error').mockReturnValue();
  const [first, second] = [await mount(page()), await mount(page())];
  await first.unmount();
  await second.unmount();
  expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  await asked[0]?.answer(statsOf(1));
  await asked[1]?.refuse(new Error('given up'));
  expect(warned).not.toHaveBeenCalled();
  warned.mockRestore();
});

test('in StrictMode the answer of the first, given up effect is not shown', async () => {
  const { page, asked, view } = createWorld();
  await mount(<StrictMode>{page()}</StrictMode>);
  expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  await asked[0]?.answer(statsOf(1));
  expect(view().isLoading).toBe(true);
  await asked[1]?.answer(statsOf(2));
  expect(view().stats).toEqual(statsOf(2));
});

test('on a server nothing is asked', () => {
  const { page, asked } = createWorld();
  expect(renderToString(page())).toBe('loading');
  expect(asked).toHaveLength(0);
});
