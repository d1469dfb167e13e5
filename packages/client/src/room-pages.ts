import type { HistoryPage, Message } from '@folkmoot/contract';
import { type ChatFailure, toChatFailure } from './chat-failure.ts';
import type { HistoryReader } from './history-reader.ts';
import { type RoomTimeline, addPage, applyMessage, emptyTimeline, renew, startRenewal } from './room-timeline.ts';

/** Pages read again after a `reset`, so that somebody who had scrolled back keeps the place: so many at most. */
const maxRenewedPages = 20;

export type RoomPagesOptions = {
  read: HistoryReader;
  /** Messages of pages that have come, and where the first page of a reading anew stands. */
  onPages: (messages: readonly Message[], position: string | null) => void;
  /** The room cannot be read anew. Older pages have their own {@link RoomPages.olderProblem}. */
  onRefused: (error: unknown) => void;
  onChange: () => void;
};

export type RoomPages = {
  timeline(): RoomTimeline;
  isLoadingOlder(): boolean;
  /** Why the last older page did not come; the next {@link RoomPages.loadOlder} asks for it again. */
  olderProblem(): ChatFailure | null;
  /** Takes a message of an event or an acknowledgement. */
  take(message: Message): void;
  /** Begins with the newest page, and reads back as far as was shown before. What is shown stays until then (R6). */
  readAnew(): void;
  loadOlder(): void;
  close(): void;
};

/** The messages of a room: what pages, events and acknowledgements have brought, folded into one timeline (R3). */
export function createRoomPages({ read, ...options }: RoomPagesOptions): RoomPages {
  let timeline = emptyTimeline;
  let isLoadingOlder = false;
  let olderProblem: ChatFailure | null = null;
  /** Ends what was asked for before the last reading anew: those pages are of another time. */
  let reading = new AbortController();

  const readBack = async (signal: AbortSignal): Promise<void> => {
    const wanted = Math.max(1, timeline.known.length);
    const pages: HistoryPage[] = [];
    let count = 0;
    for (let cursor: string | null | undefined; cursor !== null && count < wanted && pages.length < maxRenewedPages;) {
      const page: HistoryPage = await read(cursor ?? null, signal);
      signal.throwIfAborted();
      pages.push(page);
      count += page.messages.length;
      cursor = page.nextCursor;
    }
    timeline = renew(timeline, pages);
    const messages = pages.flatMap((page) => page.messages);
    options.onPages(messages, pages[0]?.position ?? null);
  };

  const readAnew = (): void => {
    reading.abort();
    reading = new AbortController();
    isLoadingOlder = false;
    olderProblem = null;
    timeline = startRenewal(timeline);
    const { signal } = reading;
    readBack(signal).catch((error: unknown) => {
      if (!signal.aborted) options.onRefused(error);
    });
  };

  const readOlder = (cursor: string): void => {
    const { signal } = reading;
    const onPage = (page: HistoryPage): void => {
      if (signal.aborted) return;
      isLoadingOlder = false;
      timeline = addPage(timeline, page);
      options.onPages(page.messages, null);
    };
    const onRefused = (error: unknown): void => {
      if (signal.aborted) return;
      isLoadingOlder = false;
      olderProblem = toChatFailure(error);
      // A cursor of another time: those of a new reading are good.
      if (olderProblem.code === 'INVALID_CURSOR') readAnew();
      options.onChange();
    };
    read(cursor, signal).then(onPage, onRefused);
  };

  return {
    timeline: () => timeline,
    isLoadingOlder: () => isLoadingOlder,
    olderProblem: () => olderProblem,
    take(message) {
      timeline = applyMessage(timeline, message);
    },
    readAnew,
    loadOlder() {
      const cursor = timeline.olderCursor;
      if (isLoadingOlder || cursor === null || timeline.renewal !== null) return;
      isLoadingOlder = true;
      olderProblem = null;
      options.onChange();
      readOlder(cursor);
    },
    close: () => reading.abort(),
  };
}
