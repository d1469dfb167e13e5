import { type FocusEvent, memo, type ReactNode, useLayoutEffect, useRef } from 'react';
import { Avatar } from '../people/avatar.tsx';
import { UserName } from '../people/user-name.tsx';
import { MessageText } from '../text/message-text.tsx';
import { texts } from '../texts.ts';
import { formatClock, formatDay, formatExactTime } from '../time/format-time.ts';
import { useOverTime } from '../time/minute-clock.ts';
import { ClockTime, RelativeTime } from '../time/relative-time.tsx';
import { DeleteIcon, EditIcon } from './icons.tsx';
import type { MessageActions } from './message-actions.ts';
import { MessageEditor } from './message-editor.tsx';
import { MessageFailure } from './message-failure.tsx';
import type { TimelineItem } from './timeline-items.ts';

type MessageRowProps = {
  item: TimelineItem;
  isEditing: boolean;
  /** It will be deleted in a moment, and that can be undone. */
  isBeingDeleted: boolean;
  /** The one row that the Tab key reaches. */
  isCurrent: boolean;
  isModerator: boolean;
  actions: MessageActions;
};

export const MessageRow = memo((props: MessageRowProps) => {
  const { item, isEditing, isBeingDeleted, isCurrent, isModerator, actions } = props;
  const { row, author, isOwn, text, at, isDeleted, editedAt, state } = item;
  const mode = isDeleted ? 'deleted' : isBeingDeleted ? 'undoable' : isEditing ? 'editing' : 'shown';
  const messageId = row.message?.id;
  const canEdit = isOwn && messageId !== undefined && state !== 'failed';
  const canDelete = (isOwn || isModerator) && messageId !== undefined && state !== 'failed';
  const { article, focusProps } = useKeptFocus(mode);
  const tabIndex = isCurrent ? 0 : -1;

  return (
    <>
      {item.startsDay && <DayHeading at={at} />}
      <article
        ref={article}
        className={['message', isOwn && 'own', item.startsGroup && 'starts-group', mode].filter(Boolean).join(' ')}
        data-key={row.key}
        data-message-id={messageId}
        data-state={state}
        aria-label={texts.messages.from(author.name, formatClock(at))}
        tabIndex={tabIndex}
        {...focusProps}
      >
        {item.startsGroup ? <Avatar user={author} /> : <ClockTime at={at} className="side-time" />}
        <div className="message-body">
          {item.startsGroup && (
            <header>
              <UserName user={author} />
              <RelativeTime at={at} />
            </header>
          )}
          {mode === 'editing' && messageId !== undefined ? (
            <MessageEditor
              text={text}
              onSave={(changed) => actions.saveEdit(messageId, changed)}
              onCancel={actions.endEdit}
            />
          ) : mode === 'undoable' && messageId !== undefined ? (
            <p className="tombstone">
              {texts.messages.deleting}{' '}
              <button type="button" className="link" data-focus="" onClick={() => actions.undoDelete(messageId)}>
                {texts.messages.undo}
              </button>
            </p>
          ) : mode === 'deleted' ? (
            <p className="tombstone">{texts.messages.deleted}</p>
          ) : (
            <MessageText text={text} />
          )}
          {(mode === 'shown' || mode === 'deleted') && (
            <p className="marks">
              {editedAt !== null && !isDeleted && (
                <span title={texts.messages.editedAt(formatExactTime(editedAt))}>{texts.messages.edited}</span>
              )}
              {state === 'sending' && (
                <span className="sending-mark">
                  {row.message === null ? texts.messages.sending : texts.messages.saving}
                </span>
              )}
            </p>
          )}
          {state === 'failed' && row.pending && <MessageFailure pending={row.pending} actions={actions} />}
        </div>
        {mode === 'shown' && messageId !== undefined && (canEdit || canDelete) && (
          <div className="message-actions">
            {canEdit && (
              <RowAction name={texts.messages.edit} tabIndex={tabIndex} onClick={() => actions.startEdit(row.key)}>
                <EditIcon />
              </RowAction>
            )}
            {canDelete && (
              <RowAction
                name={texts.messages.delete}
                tabIndex={tabIndex}
                onClick={() => actions.startDelete(messageId)}
              >
                <DeleteIcon />
              </RowAction>
            )}
          </div>
        )}
      </article>
    </>
  );
});
MessageRow.displayName = 'MessageRow';

function DayHeading({ at }: { at: Date }) {
  const label = useOverTime((nowMs) => formatDay(at, new Date(nowMs)));
  return (
    <h2 className="day">
      <span>{label}</span>
    </h2>
  );
}

/** When what had the focus goes away with a change of mode, the focus stays in the message instead of getting lost. */
function useKeptFocus(mode: string) {
  const article = useRef<HTMLElement>(null);
  const hadFocus = useRef(false);
  const modeBefore = useRef(mode);
  useLayoutEffect(() => {
    if (modeBefore.current === mode) return;
    modeBefore.current = mode;
    const element = article.current;
    if (!element || !hadFocus.current || element.contains(document.activeElement) || mode === 'editing') return;
    (element.querySelector<HTMLElement>('[data-focus]') ?? element).focus({ preventScroll: true });
  }, [mode]);
  return {
    article,
    focusProps: {
      onFocus: () => {
        hadFocus.current = true;
      },
      // What is removed by a change of mode does not say that it loses the focus.
      onBlur: (event: FocusEvent<HTMLElement>) => {
        hadFocus.current = event.currentTarget.contains(event.relatedTarget);
      },
    },
  };
}

type RowActionProps = { name: string; tabIndex: number; onClick: () => void; children: ReactNode };

function RowAction({ name, tabIndex, onClick, children }: RowActionProps) {
  return (
    <button type="button" aria-label={name} title={name} tabIndex={tabIndex} onClick={onClick}>
      {children}
    </button>
  );
}
