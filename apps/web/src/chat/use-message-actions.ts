import type { Room } from '@folkmoot/react';
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { texts } from '../texts.ts';
import { createDelayedDeletes, deleteDelayMs } from '../timeline/delayed-deletes.ts';
import type { MessageActions } from '../timeline/message-actions.ts';
import { type TimelineItem, findLastEditable } from '../timeline/timeline-items.ts';

type MessageActionsOptions = {
  room: Room;
  items: readonly TimelineItem[];
  composer: RefObject<HTMLTextAreaElement | null>;
  announce: (text: string) => void;
};

/** Editing in place, deleting with time to think again, and what failed. */
export function useMessageActions({ room, items, composer, announce }: MessageActionsOptions) {
  const { edit, remove, retry, discard } = room;
  const [editedKey, setEditedKey] = useState<string | null>(null);
  const isFromComposer = useRef(false);

  const deletes = useMemo(() => createDelayedDeletes({ delayMs: deleteDelayMs, after: runAfter, remove }), [remove]);
  const deletedIds = useSyncExternalStore(deletes.subscribe, deletes.get);
  useEffect(() => {
    addEventListener('pagehide', deletes.flush);
    return () => {
      removeEventListener('pagehide', deletes.flush);
      deletes.flush();
    };
  }, [deletes]);

  const actions = useMemo((): MessageActions => {
    const endEdit = (): void => {
      setEditedKey(null);
      // Else it goes to the message, which looks after itself.
      if (isFromComposer.current) composer.current?.focus();
    };
    return {
      startEdit(key) {
        isFromComposer.current = false;
        setEditedKey(key);
      },
      endEdit,
      saveEdit(messageId, text) {
        edit(messageId, text);
        endEdit();
      },
      startDelete(messageId) {
        deletes.start(messageId);
        announce(texts.announce.deleted);
      },
      undoDelete(messageId) {
        if (deletes.undo(messageId)) announce(texts.announce.restored);
      },
      retry,
      discard(entryId) {
        discard(entryId);
        composer.current?.focus();
      },
    };
  }, [edit, retry, discard, deletes, announce, composer]);

  const editLast = useCallback(() => {
    const last = findLastEditable(items);
    if (!last || (last.row.message && deletes.get().has(last.row.message.id))) return;
    isFromComposer.current = true;
    setEditedKey(last.row.key);
  }, [items, deletes]);

  return { actions, editedKey, deletedIds, editLast };
}

function runAfter(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
