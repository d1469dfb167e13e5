import { useCallback, useMemo, useRef, useState } from 'react';
import { defaultRoom } from '@folkmoot/contract';
import type { ChatRoom } from '../room/chat-room.ts';
import { shownMessages } from '../room/timeline.ts';
import { Composer } from './composer.tsx';
import { ConnectionLost, ConnectionStatus } from './connection-status.tsx';
import type { MessageActions } from './message-row.tsx';
import { PeoplePanel } from './people-panel.tsx';
import { TimelineView } from './timeline-view.tsx';
import { TypingLine } from './typing-line.tsx';
import { useChatRoomState } from './use-chat-room.ts';

export function RoomView({ room, onSignOut }: { room: ChatRoom; onSignOut: () => void }) {
  const { me, timeline, presence, typing, isConnected, isLoadingOlder, problem } = useChatRoomState(room);
  const [editedId, setEditedId] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [arePeopleOpen, setArePeopleOpen] = useState(false);
  const composer = useRef<HTMLTextAreaElement>(null);

  const endEdit = useCallback(() => {
    setEditedId(null);
    composer.current?.focus();
  }, []);
  const actions = useMemo(
    (): MessageActions => ({
      startEdit: setEditedId,
      endEdit,
      edit: room.edit,
      remove: (messageId) => {
        room
          .remove(messageId)
          .catch((error: unknown) => setFailure(error instanceof Error ? error.message : String(error)));
      },
    }),
    [room, endEdit],
  );
  const editLast = (): void => {
    const last =
      timeline && shownMessages(timeline).findLast((message) => message.userId === me?.id && !message.isDeleted);
    if (last) setEditedId(last.id);
  };

  return (
    <div className="chat">
      <header className="chat-header">
        <h1>
          <span className="brand">Folkmoot</span> <span className="room-name">{defaultRoom}</span>
        </h1>
        <ConnectionStatus isConnected={isConnected} wasConnected={timeline !== null} />
        <button
          type="button"
          className="people-toggle"
          aria-expanded={arePeopleOpen}
          aria-controls="people"
          onClick={() => setArePeopleOpen(!arePeopleOpen)}
        >
          {presence.count} here
        </button>
        {me && (
          <span className="me">
            <bdi>{me.name}</bdi>
          </span>
        )}
        <button type="button" className="quiet" data-testid="sign-out" onClick={onSignOut}>
          Sign out
        </button>
      </header>
      {!isConnected && timeline !== null && <ConnectionLost />}
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {failure !== null && (
        <p className="problem" role="alert">
          {failure}
          <button type="button" className="quiet" onClick={() => setFailure(null)}>
            Close
          </button>
        </p>
      )}
      <div className="chat-body">
        <main>
          {timeline && me ? (
            <TimelineView
              timeline={timeline}
              me={me}
              onNearTop={room.loadOlder}
              isLoadingOlder={isLoadingOlder}
              editedId={editedId}
              actions={actions}
              onResend={room.resend}
              onDiscard={room.discard}
            />
          ) : (
            <div className="timeline-frame empty" />
          )}
          <TypingLine users={typing.map(({ user }) => user).filter((user) => user.id !== me?.id)} />
          <Composer
            field={composer}
            isDisabled={timeline === null || problem !== null}
            onSend={room.send}
            onTyped={room.typed}
            onEditLast={editLast}
          />
        </main>
        {me && <PeoplePanel presence={presence} me={me} isOpen={arePeopleOpen} />}
      </div>
    </div>
  );
}
