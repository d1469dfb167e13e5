import '../test/dom-page.ts';
import type { Chat, TimelineRow } from '@folkmoot/client';
import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { StrictMode, memo, type ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, test, vi } from 'vitest';
import { hydrate, mount } from '../test/mount.ts';
import { serveChat } from '../test/serve-chat.ts';
import { ChatProvider, type Room, useChat, useConnection, usePresence, useRoom, useStats, useTyping } from './index.ts';

const textOf = ({ message, pending }: TimelineRow) => message?.message ?? (pending?.kind === 'send' && pending.text);

function RoomView({ room, rooms = [] }: { room?: string; rooms?: Room[] }): ReactNode {
  const shown = useRoom(room);
  rooms.push(shown);
  return `[${shown.rows.map(textOf).join(' ')}]${shown.isLive ? ' live' : ''}`;
}

function inStrictMode(chat: Chat, children: ReactNode): ReactNode {
  return (
    <StrictMode>
      <ChatProvider chat={chat}>{children}</ChatProvider>
    </StrictMode>
  );
}

const lastOf = <T,>(list: T[]): T => list.at(-1) ?? expect.fail('There is none.');

test('StrictMode: one connection and one stream for all hooks; unmounted: none, and no timer', async () => {
  await using server = await serveChat();
  await server.caller('bob').chat.send({ message: 'Hello' });
  const { chat, timersLeft } = await server.connectAs('ann');
  const opened = vi.spyOn(chat, 'openRoom');
  const rooms: Room[] = [];
  const Others = () => ` ${usePresence().count} here, ${useTyping().typers.length} typing, ${useConnection().name}`;
  const page = await mount(
    inStrictMode(
      chat,
      <>
        <RoomView rooms={rooms} />
        <RoomView room="main-chat" />
        <Others />
      </>,
    ),
  );
  await vi.waitFor(() => expect(page.text()).toBe('[Hello] live[Hello] live 1 here, 0 typing, connected'));
  expect(server.seen).toMatchObject({ sockets: 1, messageStreams: 1 });
  expect(opened).toHaveBeenCalledOnce();

  lastOf(rooms).send('Hi');
  await vi.waitFor(() => expect(lastOf(rooms).rows.at(-1)?.state).toBe('sent'));
  expect(page.text()).toContain('[Hello Hi] live[Hello Hi] live');

  await page.unmount();
  await vi.waitFor(() => expect(server.openSockets()).toBe(0));
  expect(timersLeft()).toBe(0);
  expect(chat.connection.get().name).toBe('idle');
  expect(server.seen.sockets).toBe(1);
});

test('R3: one new message renders one row; the other rows are the same objects', async () => {
  await using server = await serveChat();
  for (const message of ['one', 'two']) await server.caller('bob').chat.send({ message });
  const { chat } = await server.connectAs('ann');
  const rendered: unknown[] = [];
  const rooms: Room[] = [];
  const Row = memo(({ row }: { row: TimelineRow }) => {
    rendered.push(textOf(row));
    return <li>{textOf(row)}</li>;
  });
  const List = () => {
    const room = useRoom();
    rooms.push(room);
    return room.rows.map((row) => <Row key={row.key} row={row} />);
  };
  await mount(
    <ChatProvider chat={chat}>
      <List />
    </ChatProvider>,
  );
  await vi.waitFor(() => expect(lastOf(rooms)).toMatchObject({ isLive: true, rows: [{}, {}] }));
  const before = lastOf(rooms).rows;
  await server.caller('bob').chat.send({ message: 'three' });
  await vi.waitFor(() => expect(lastOf(rooms).rows).toHaveLength(3));
  expect(lastOf(rooms).rows[0]).toBe(before[0]);
  expect(lastOf(rooms).rows[1]).toBe(before[1]);
  expect(rendered).toEqual(['one', 'two', 'three']);
});

test('P3, P4: people and typers render their own hooks, and a message only the room', async () => {
  await using server = await serveChat();
  const [ann, bob] = [await server.connectAs('ann'), await server.connectAs('bob')];
  const [peopleRendered, typersRendered] = [vi.fn<(count: number) => void>(), vi.fn<(names: string[]) => void>()];
  const rooms: Room[] = [];
  const People = () => {
    peopleRendered(usePresence().count);
    return null;
  };
  const Typers = () => {
    typersRendered(useTyping().typers.map(({ name }) => name));
    return null;
  };
  await mount(
    <ChatProvider chat={ann.chat}>
      <RoomView rooms={rooms} />
      <People />
      <Typers />
    </ChatProvider>,
  );
  await vi.waitFor(() => expect(peopleRendered).toHaveBeenLastCalledWith(1));
  const theirs = bob.chat.openRoom();
  await vi.waitFor(() => expect(theirs.getSnapshot().isLive).toBe(true));
  await vi.waitFor(() => expect(peopleRendered).toHaveBeenLastCalledWith(2));
  await vi.waitFor(() => {
    theirs.typed(false);
    expect(typersRendered).toHaveBeenLastCalledWith(['BOB']);
  });
  theirs.typed(true);
  await vi.waitFor(() => expect(typersRendered).toHaveBeenLastCalledWith([]));

  const counts = () => [peopleRendered.mock.calls.length, typersRendered.mock.calls.length];
  const before = counts();
  await server.caller('cay').chat.send({ message: 'Hello' });
  await vi.waitFor(() => expect(lastOf(rooms).rows.map(textOf)).toEqual(['Hello']));
  expect(counts()).toEqual(before);
});

test('another page and another room go over the same connection, and the old room is left', async () => {
  await using server = await serveChat();
  await server.caller('bob').chat.send({ message: 'main' });
  await server.caller('bob').chat.send({ message: 'side', room: 'side-room' });
  const { chat } = await server.connectAs('ann');
  const opened = vi.spyOn(chat, 'openRoom');
  const page = await mount(inStrictMode(chat, <RoomView key="first page" />));
  await vi.waitFor(() => expect(page.text()).toBe('[main] live'));
  await page.show(inStrictMode(chat, <RoomView key="second page" />));
  expect(page.text()).toBe('[main] live');
  expect(opened).toHaveBeenCalledOnce();

  await page.show(inStrictMode(chat, <RoomView key="second page" room="side-room" />));
  expect(page.text()).toBe('[]');
  await vi.waitFor(() => expect(page.text()).toBe('[side] live'));
  await vi.waitFor(() => expect(server.seen.messageStreams).toBe(2));
  await vi.waitFor(() => expect(server.openStreams()).toBe(1));
  expect(server.seen).toMatchObject({ sockets: 1, messageStreams: 2 });
});

test('S2: what was sent just before leaving arrives, and then nothing is left', async () => {
  await using server = await serveChat();
  const { chat, timersLeft } = await server.connectAs('ann');
  const rooms: Room[] = [];
  const page = await mount(inStrictMode(chat, <RoomView rooms={rooms} />));
  lastOf(rooms).send('Bye');
  await page.unmount();
  await vi.waitFor(async () => {
    const { messages } = await server.caller('bob').chat.history();
    expect(messages.map(({ message }) => message)).toEqual(['Bye']);
  });
  await vi.waitFor(() => expect(server.openSockets()).toBe(0));
  expect(timersLeft()).toBe(0);
});

test('it works beside TanStack Query, whose answers and ours do not disturb each other', async () => {
  await using server = await serveChat();
  await server.caller('bob').chat.send({ message: 'Hello' });
  const { chat } = await server.connectAs('ann');
  const queries = new QueryClient();
  const recentKey = ['chat', 'recent'];
  const Recent = () => {
    const { trpc } = useChat();
    const { data } = useQuery({
      queryKey: recentKey,
      queryFn: ({ signal }) => trpc.chat.recent.query({ limit: 5 }, { signal }),
    });
    return ` recent: ${data?.messages.map(({ message }) => message).join(' ') ?? 'loading'}`;
  };
  const Stats = () => ` total: ${useStats({ days: 7 }).stats?.totalMessages ?? 'loading'}`;
  const page = await mount(
    <QueryClientProvider client={queries}>
      {inStrictMode(
        chat,
        <>
          <RoomView />
          <Recent />
          <Stats />
        </>,
      )}
    </QueryClientProvider>,
  );
  await vi.waitFor(() => expect(page.text()).toBe('[Hello] live recent: Hello total: 1'));
  await server.caller('bob').chat.send({ message: 'Hi' });
  await vi.waitFor(() => expect(page.text()).toBe('[Hello Hi] live recent: Hello total: 1'));
  await queries.invalidateQueries({ queryKey: recentKey });
  await vi.waitFor(() => expect(page.text()).toBe('[Hello Hi] live recent: Hello Hi total: 1'));
  expect(server.seen).toMatchObject({ sockets: 1, messageStreams: 1 });
  queries.clear();
});

test('a server renders without a connection or a request, and the page takes its markup over without a warning', async () => {
  await using server = await serveChat();
  await server.caller('bob').chat.send({ message: 'Hello' });
  const [onServer, onPage] = [await server.connectAs('ann'), await server.connectAs('ann')];
  const Stats = () => (useStats().isLoading ? ' loading' : ' loaded');
  const app = (chat: Chat) =>
    inStrictMode(
      chat,
      <p>
        <RoomView />
        <Stats />
      </p>,
    );
  const markup = renderToString(app(onServer.chat));
  expect(markup).toContain('[]');
  expect(onServer.timersLeft()).toBe(0);
  expect(server.seen).toMatchObject({ sockets: 0, requests: 0 });

  // Another root shows the room already: the first render has to be the server's all the same.
  const early = await mount(inStrictMode(onPage.chat, <RoomView />));
  await vi.waitFor(() => expect(early.text()).toBe('[Hello] live'));
  const warned = vi.spyOn(console, 'error').mockReturnValue();
  const recovered = vi.fn<(error: unknown) => void>();
  const page = await hydrate(markup, app(onPage.chat), recovered);
  await vi.waitFor(() => expect(page.text()).toBe('[Hello] live loaded'));
  expect(recovered).not.toHaveBeenCalled();
  expect(warned).not.toHaveBeenCalled();
  warned.mockRestore();
  expect(server.seen.sockets).toBe(1);
});
