import '../test/dom-page.ts';
import { StrictMode, type ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { describe, expect, test, vi } from 'vitest';
import { createFakeChat, fakeRow } from '../test/fake-chat.ts';
import { hydrate, mount, settle } from '../test/mount.ts';
import { ChatProvider, type Room, useChat, useConnection, usePresence, useRoom, useTyping } from './index.ts';

const user = { id: 'a', username: 'ada', name: 'Ada', isGuest: true };

function RoomView({ room, rooms }: { room?: string; rooms?: Room[] }): ReactNode {
  const shown = useRoom(room);
  rooms?.push(shown);
  return (
    <ul>
      {shown.rows.map(({ key }) => (
        <li key={key}>{key}</li>
      ))}
      {shown.isLoaded ? null : 'loading'}
    </ul>
  );
}

describe('hooks of one room', () => {
  test('outside of a provider they say what is missing', () => {
    expect(() => renderToString(<RoomView />)).toThrow('there is no <ChatProvider> above');
  });

  test('useChat gives the chat of the nearest provider', () => {
    const [outer, inner] = [createFakeChat().chat, createFakeChat().chat];
    const seen: unknown[] = [];
    const See = () => {
      seen.push(useChat());
      return null;
    };
    renderToString(
      <ChatProvider chat={outer}>
        <See />
        <ChatProvider chat={inner}>
          <See />
        </ChatProvider>
      </ChatProvider>,
    );
    expect(seen).toEqual([outer, inner]);
  });

  test('useRoom shows the room, and what it gives is the same until something changes', async () => {
    const { chat, opened } = createFakeChat();
    const rooms: Room[] = [];
    const app = () => (
      <ChatProvider chat={chat}>
        <RoomView rooms={rooms} />
      </ChatProvider>
    );
    const page = await mount(app());
    expect(page.text()).toBe('loading');
    expect(opened.map(({ room }) => room)).toEqual(['main-chat']);
    const before = rooms.at(-1);
    await page.show(app());
    expect(rooms.at(-1)).toBe(before);
    await settle(() => opened[0]?.set({ rows: [fakeRow('one')], isLoaded: true }));
    expect(page.text()).toBe('key of one');
    const after = rooms.at(-1);
    expect(after).not.toBe(before);
    expect(after?.send).toBe(before?.send);
    expect(after?.loadOlder).toBe(before?.loadOlder);
  });

  test('in StrictMode every hook of a room shares one session', async () => {
    const { chat, opened } = createFakeChat();
    const Others = () => `${useTyping().typers.length} ${usePresence('main-chat').count} ${useConnection().name}`;
    await mount(
      <StrictMode>
        <ChatProvider chat={chat}>
          <RoomView />
          <RoomView room="main-chat" />
          <Others />
        </ChatProvider>
      </StrictMode>,
    );
    expect(opened).toHaveLength(1);
    expect(opened[0]?.isClosed()).toBe(false);
  });

  test('usePresence and useTyping render only when their part changes', async () => {
    const { chat, opened } = createFakeChat();
    const [peopleRendered, typersRendered] = [vi.fn<() => void>(), vi.fn<() => void>()];
    const renders = () => [peopleRendered, typersRendered].map(({ mock }) => mock.calls.length);
    const People = () => {
      peopleRendered();
      return usePresence().users.map(({ name }) => name);
    };
    const Typers = () => {
      typersRendered();
      return useTyping().typers.map(({ name }) => `${name} types`);
    };
    const page = await mount(
      <ChatProvider chat={chat}>
        <People />
        <Typers />
      </ChatProvider>,
    );
    expect(renders()).toEqual([1, 1]);
    await settle(() => opened[0]?.set({ rows: [fakeRow('one')], isLoaded: true }));
    expect(renders()).toEqual([1, 1]);
    await settle(() => opened[0]?.set({ presence: { count: 1, users: [user], version: null } }));
    expect(renders()).toEqual([2, 1]);
    await settle(() => opened[0]?.set({ typers: [user] }));
    expect(renders()).toEqual([2, 2]);
    expect(page.text()).toBe('AdaAda types');
  });

  test('useTyping tells the room of the text that is written', async () => {
    const { chat, opened } = createFakeChat();
    const typed: ((isEmpty: boolean) => void)[] = [];
    const Input = () => {
      typed.push(useTyping().typed);
      return null;
    };
    await mount(
      <ChatProvider chat={chat}>
        <Input />
      </ChatProvider>,
    );
    typed.at(-1)?.(false);
    expect(opened[0]?.session.typed).toHaveBeenCalledExactlyOnceWith(false);
  });

  test('another room is shown at once, nothing of the old one with it, and the old one is closed', async () => {
    const { chat, opened } = createFakeChat();
    const app = (room: string) => (
      <ChatProvider chat={chat}>
        <RoomView room={room} />
      </ChatProvider>
    );
    const page = await mount(app('first'));
    await settle(() => opened[0]?.set({ rows: [fakeRow('of the first', 'failed')], isLoaded: true }));
    await page.show(app('second'));
    expect(page.text()).toBe('loading');
    expect(opened.map(({ room }) => room)).toEqual(['first', 'second']);
    await vi.waitFor(() => expect(opened.map((room) => room.isClosed())).toEqual([true, false]));
  });

  test('another chat, of somebody else, is shown at once, nothing of the old one with it', async () => {
    const [mine, yours] = [createFakeChat(), createFakeChat()];
    const app = ({ chat }: typeof mine) => (
      <ChatProvider chat={chat}>
        <RoomView />
      </ChatProvider>
    );
    const page = await mount(app(mine));
    await settle(() => mine.opened[0]?.set({ rows: [fakeRow('mine', 'failed')], isLoaded: true }));
    await page.show(app(yours));
    expect(page.text()).toBe('loading');
    expect(yours.opened).toHaveLength(1);
    await vi.waitFor(() => expect(mine.opened[0]?.isClosed()).toBe(true));
  });

  test('useConnection follows the connection', async () => {
    const { chat, setConnection, opened } = createFakeChat();
    const Banner = () => useConnection().name;
    const page = await mount(
      <ChatProvider chat={chat}>
        <Banner />
      </ChatProvider>,
    );
    expect(page.text()).toBe('idle');
    await settle(() => setConnection({ name: 'waiting' }));
    expect(page.text()).toBe('waiting');
    expect(opened).toHaveLength(0);
  });
});

describe('rendering on a server', () => {
  test('gives the empty room, opens nothing, and is taken over without a warning', async () => {
    const app = ({ chat }: { chat: ReturnType<typeof createFakeChat>['chat'] }) => {
      const Banner = () => useConnection().name;
      const People = () => usePresence().count;
      return (
        <StrictMode>
          <ChatProvider chat={chat}>
            <RoomView />
            <Banner />
            <People />
          </ChatProvider>
        </StrictMode>
      );
    };
    const onServer = createFakeChat();
    onServer.setConnection({ name: 'connected' });
    const markup = renderToString(app(onServer));
    expect(markup).toContain('loading');
    expect(markup).toContain('idle');
    expect(onServer.opened).toHaveLength(0);

    const onPage = createFakeChat();
    onPage.setConnection({ name: 'connected' });
    const warned = vi.spyOn(console, 'error').mockReturnValue();
    const recovered = vi.fn<(error: unknown) => void>();
    const page = await hydrate(markup, app(onPage), recovered);
    expect(page.text()).toBe('loadingconnected0');
    expect(recovered).not.toHaveBeenCalled();
    expect(warned).not.toHaveBeenCalled();
    expect(onPage.opened).toHaveLength(1);
    warned.mockRestore();
  });
});
