import type { RoomSnapshot } from '@folkmoot/client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { texts } from '../texts.ts';
import { newestSeq } from '../timeline/unseen-messages.ts';

/** Messages that come within this time are announced together: nobody can listen to fifty a second. */
const gatherMs = 800;
/** What has been said does not stay in the document: a message may be deleted (R8), and others are not to find it there. */
const keptMs = 4000;

/** The one place from which the page speaks to screen readers, when they have nothing else to say. */
export function Announcer({ text }: { text: string }) {
  return (
    <p className="visually-hidden" aria-live="polite" aria-atomic="true">
      {text}
    </p>
  );
}

/** What the announcer says, and a function that makes it say something. */
export function useAnnouncer(): [text: string, announce: (text: string) => void] {
  const [text, setText] = useState('');
  const announce = useCallback((next: string) => {
    // The same words again are no change to announce, unless they are spelled with a space that nobody hears.
    setText((last) => (last === next ? `${next}\u00a0` : next));
  }, []);
  useEffect(() => {
    if (text === '') return undefined;
    const timer = setTimeout(() => setText(''), keptMs);
    return () => clearTimeout(timer);
  }, [text]);
  return [text, announce];
}

/** Announces what others write, from when the room is first shown. */
export function useMessageAnnouncements(
  { rows, isLoaded }: Pick<RoomSnapshot, 'rows' | 'isLoaded'>,
  ownUserId: string,
  announce: (text: string) => void,
): void {
  const heardSeq = useRef<number | null>(null);
  const waiting = useRef<string[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);

  useEffect(() => {
    const newest = newestSeq({ rows, isLoaded });
    const after = heardSeq.current;
    heardSeq.current = newest;
    if (newest === null || after === null || newest <= after) return;
    for (let index = rows.length - 1; index >= 0; index--) {
      const message = rows[index]?.message;
      if (!message) continue;
      if (message.seq <= after) break;
      if (message.userId === ownUserId || message.isDeleted) continue;
      waiting.current.unshift(texts.announce.message(message.user.name, message.message));
    }
    if (waiting.current.length === 0) return;
    timer.current ??= setTimeout(() => {
      const [only, ...more] = waiting.current;
      waiting.current = [];
      timer.current = null;
      if (only !== undefined) announce(more.length === 0 ? only : texts.announce.several(more.length + 1));
    }, gatherMs);
  }, [rows, isLoaded, ownUserId, announce]);

  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
      timer.current = null;
    },
    [],
  );
}
