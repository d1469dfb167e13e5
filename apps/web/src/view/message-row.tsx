import type { Me, Message } from '@folkmoot/contract';
import { memo } from 'react';
import { Avatar } from './avatar.tsx';
import { formatFullTime, formatTime } from './format-time.ts';
import { MessageEditor } from './message-editor.tsx';
import { MessageText } from './message-text.tsx';
import { UserName } from './user-name.tsx';

export type MessageActions = {
  startEdit: (messageId: string) => void;
  endEdit: () => void;
  edit: (messageId: string, text: string) => Promise<void>;
  remove: (messageId: string) => void;
};

type MessageRowProps = {
  message: Message;
  me: Me;
  startsGroup: boolean;
  isEditing: boolean;
  actions: MessageActions;
};

export const MessageRow = memo(({ message, me, startsGroup, isEditing, actions }: MessageRowProps) => {
  const isOwn = message.userId === me.id;
  const canEdit = isOwn && !message.isDeleted;
  const canDelete = !message.isDeleted && (isOwn || me.role !== 'member');

  return (
    <article
      className={`message ${isOwn ? 'own' : 'other'} ${startsGroup ? 'starts-group' : ''}`}
      data-testid="message"
      data-message-id={message.id}
      data-own={isOwn}
      data-deleted={message.isDeleted}
    >
      {!isOwn && startsGroup && <Avatar user={message.user} />}
      <div className="bubble">
        {startsGroup && (
          <header>
            <UserName user={message.user} />
          </header>
        )}
        {message.isDeleted ? (
          <p className="tombstone">message deleted</p>
        ) : isEditing ? (
          <MessageEditor
            text={message.message}
            onSave={(text) => actions.edit(message.id, text)}
            onClose={actions.endEdit}
          />
        ) : (
          <MessageText text={message.message} />
        )}
        <footer>
          {!isEditing && (canEdit || canDelete) && (
            <span className="message-actions">
              {canEdit && (
                <button type="button" data-testid="edit-button" onClick={() => actions.startEdit(message.id)}>
                  Edit
                </button>
              )}
              {canDelete && (
                <button type="button" data-testid="delete-button" onClick={() => actions.remove(message.id)}>
                  Delete
                </button>
              )}
            </span>
          )}
          {message.editedAt !== null && !message.isDeleted && (
            <span title={formatFullTime(message.editedAt)}>edited</span>
          )}
          <time dateTime={message.createdAt.toISOString()} title={formatFullTime(message.createdAt)}>
            {formatTime(message.createdAt)}
          </time>
        </footer>
      </div>
    </article>
  );
});
MessageRow.displayName = 'MessageRow';
