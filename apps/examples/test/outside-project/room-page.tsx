import { createChat } from '@folkmoot/client';
import { ChatProvider, useRoom } from '@folkmoot/react';
import type { ReactElement } from 'react';
import { renderToString } from 'react-dom/server';

/** The first markup of a page with a room, as a server would send it. It ends, so nothing has been opened. */
function RoomPage(): ReactElement {
  const { rows, isLoaded } = useRoom();
  return (
    <ol role="log" aria-busy={!isLoaded}>
      {rows.map(({ key, message }) => (
        <li key={key}>{message?.message}</li>
      ))}
    </ol>
  );
}

const chat = createChat({ url: 'http://127.0.0.1:9/trpc', ownUser: null });
console.log(
  renderToString(
    <ChatProvider chat={chat}>
      <RoomPage />
    </ChatProvider>,
  ),
);
