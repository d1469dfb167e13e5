import type { Me } from '@folkmoot/contract';
import { useMemo } from 'react';
import { type Timeline, shownMessages } from '../room/timeline.ts';
import { formatDay } from './format-time.ts';
import { type MessageActions, MessageRow } from './message-row.tsx';
import { OutgoingRow } from './outgoing-row.tsx';
import { timelineRows } from './timeline-rows.ts';
import { useTimelineScroll } from './use-timeline-scroll.ts';

type TimelineViewProps = {
  timeline: Timeline;
  me: Me;
  onNearTop: () => void;
  isLoadingOlder: boolean;
  editedId: string | null;
  actions: MessageActions;
  onResend: (clientMessageId: string) => void;
  onDiscard: (clientMessageId: string) => void;
};

export function TimelineView(props: TimelineViewProps) {
  const { timeline, me, isLoadingOlder, editedId, actions } = props;
  const { scroller, content, onScroll, isAtBottom, scrollToBottom } = useTimelineScroll({
    rows: timeline,
    lastSent: timeline.outgoing.at(-1)?.clientMessageId,
    onNearTop: props.onNearTop,
  });
  const rows = useMemo(() => timelineRows(shownMessages(timeline), timeline.outgoing, me), [timeline, me]);

  return (
    <div className="timeline-frame">
      {/* A scrolling region is reachable by keyboard only when it can take the focus. */}
      <div
        className="timeline"
        ref={scroller}
        onScroll={onScroll}
        tabIndex={0}
        role="log"
        aria-label="Messages"
        aria-busy={isLoadingOlder}
        data-testid="timeline"
      >
        <div className="timeline-content" ref={content}>
          <p className="timeline-start">
            {isLoadingOlder
              ? 'Loading older messages…'
              : timeline.olderCursor === null && 'This is the beginning of the room.'}
          </p>
          {rows.map((row) => (
            <div key={row.key} data-row={row.key}>
              {row.startsDay && (
                <h2 className="day">
                  <span>{formatDay(row.at)}</span>
                </h2>
              )}
              {row.type === 'message' ? (
                <MessageRow
                  message={row.message}
                  me={me}
                  startsGroup={row.startsGroup}
                  isEditing={row.message.id === editedId}
                  actions={actions}
                />
              ) : (
                <OutgoingRow
                  outgoing={row.outgoing}
                  me={me}
                  startsGroup={row.startsGroup}
                  onResend={() => props.onResend(row.outgoing.clientMessageId)}
                  onDiscard={() => props.onDiscard(row.outgoing.clientMessageId)}
                />
              )}
            </div>
          ))}
        </div>
      </div>
      {!isAtBottom && (
        <button type="button" className="jump" onClick={scrollToBottom}>
          Newest messages ↓
        </button>
      )}
    </div>
  );
}
