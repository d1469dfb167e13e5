import type { ChatFailure, TimelineRow } from '@folkmoot/client';
import { type RefObject, memo, useLayoutEffect, useRef, useState } from 'react';
import { texts } from '../texts.ts';
import { DownIcon } from './icons.tsx';
import type { MessageActions } from './message-actions.ts';
import { MessageRow } from './message-row.tsx';
import { Skeleton } from './skeleton.tsx';
import type { TimelineItem } from './timeline-items.ts';
import { useUnseenCount } from './unseen-messages.ts';
import { type CurrentRow, useRowKeys } from './use-row-keys.ts';
import { useTimelineScroll } from './use-timeline-scroll.ts';

type TimelineViewProps = {
  rows: readonly TimelineRow[];
  /** Of the rows, one for one. */
  items: readonly TimelineItem[];
  ownUserId: string;
  isModerator: boolean;
  isLoaded: boolean;
  /** The room cannot be followed, and nothing more comes. */
  hasProblem: boolean;
  hasOlder: boolean;
  isLoadingOlder: boolean;
  olderProblem: ChatFailure | null;
  loadOlder: () => void;
  editedKey: string | null;
  sentKey: string | null;
  deletedIds: ReadonlySet<string>;
  actions: MessageActions;
  composer: RefObject<HTMLTextAreaElement | null>;
};

export const TimelineView = memo((props: TimelineViewProps) => {
  const { items, isLoaded, hasProblem, hasOlder, isLoadingOlder, olderProblem, loadOlder, editedKey, actions } = props;
  const scroll = useScrolledRows(props);
  const { scroller, container, measureRow, shown, currentKey, listProps, isAtEnd, unseen } = scroll;
  const lastKey = items.at(-1)?.row.key ?? null;
  const tabStop = currentKey !== null && items.some(({ row }) => row.key === currentKey) ? currentKey : lastKey;

  return (
    <div className="timeline-frame">
      {/* New messages are told by the page's announcer: this list also changes by scrolling. */}
      <div
        className="timeline"
        ref={scroller}
        role="log"
        aria-label={texts.messages.name}
        aria-live="off"
        aria-busy={(!isLoaded && !hasProblem) || isLoadingOlder}
        tabIndex={0}
        onScroll={scroll.onScroll}
        {...listProps}
      >
        <div className="timeline-fill">
          <div className="timeline-rows" ref={container}>
            {isLoaded && (
              <p className="timeline-start">
                {isLoadingOlder ? (
                  texts.messages.loadingOlder
                ) : olderProblem ? (
                  <>
                    {texts.messages.olderFailed(olderProblem.message)}{' '}
                    <button type="button" className="link" onClick={loadOlder}>
                      {texts.connection.tryAgain}
                    </button>
                  </>
                ) : (
                  !hasOlder && items.length > 0 && texts.messages.beginning
                )}
              </p>
            )}
            {shown.map(({ key, index }) => {
              const item = items[index];
              return (
                item && (
                  <div key={key} className="timeline-row" data-index={index} ref={measureRow}>
                    <MessageRow
                      item={item}
                      isEditing={item.row.key === editedKey}
                      isBeingDeleted={item.row.message !== null && props.deletedIds.has(item.row.message.id)}
                      isCurrent={item.row.key === tabStop}
                      isModerator={props.isModerator}
                      actions={actions}
                    />
                  </div>
                )
              );
            })}
          </div>
        </div>
      </div>
      {!isLoaded && !hasProblem && <Skeleton />}
      {isLoaded && items.length === 0 && <p className="empty-room">{texts.messages.empty}</p>}
      {!isAtEnd && (
        <button type="button" className={unseen > 0 ? 'jump primary' : 'jump'} onClick={scroll.jump}>
          <DownIcon />
          {unseen > 0 ? texts.messages.newMessages(unseen) : texts.messages.jumpToLatest}
        </button>
      )}
    </div>
  );
});
TimelineView.displayName = 'TimelineView';

/** Where one is in the list, by scrolling and by keyboard. */
function useScrolledRows(props: TimelineViewProps) {
  const { items, rows, isLoaded, hasOlder, loadOlder, editedKey, sentKey, ownUserId, composer } = props;
  const [current, setCurrent] = useState<CurrentRow>({ key: null, hasFocus: false });
  const keptKeys = [current.hasFocus ? current.key : null, editedKey];
  const scroll = useTimelineScroll({ items, keptKeys, sentKey, hasOlder, loadOlder });
  const { scroller, goToRow, jumpToEnd } = scroll;
  const listProps = useRowKeys({
    items,
    current,
    setCurrent,
    scroller,
    goToRow,
    onEscape: () => composer.current?.focus(),
  });

  const editedIndex = editedKey === null ? -1 : items.findIndex(({ row }) => row.key === editedKey);
  const editing = useRef<string | null>(null);
  useLayoutEffect(() => {
    if (editing.current === editedKey) return;
    editing.current = editedKey;
    if (editedIndex >= 0) goToRow(editedIndex);
  }, [editedKey, editedIndex, goToRow]);

  return {
    ...scroll,
    listProps,
    currentKey: current.key,
    unseen: useUnseenCount({ rows, isLoaded }, scroll.isAtEnd, ownUserId),
    jump() {
      jumpToEnd();
      // The button goes away; the focus stays near.
      scroller.current?.focus({ preventScroll: true });
    },
  };
}
