import type { HistoryPage, Message } from '@folkmoot/contract';
import { type ChatFailure, toChatFailure } from './chat-failure.ts';
import type { HistoryReader } from './history-reader.ts';
import { type HistoryPlace, type RoomTimeline, addPage, applyMessage, renew, startRenewal } from './room-timeline.ts';

/** Pages read again after a `reset`, so that somebody who had scrolled back keeps the place: so many at most. */
const maxRenewedPages = 20;

export type RoomPagesOptions = {
  read: HistoryReader;
  /** What is shown until something is read. */
  timeline: RoomTimeline;
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
  let { timeline } = options;
  let isLoadingOlder = false;
  let olderProblem: ChatFailure | null = null;
  /** Ends what was asked for before the last reading anew: those pages are of another time. */
  let reading = new AbortController();

  const readBack = async (signal: AbortSignal): Promise<void> => {
    const { known, shownFromSeq } = timeline;
    const pages: HistoryPage[] = [];
    // What has come since pushes the oldest out of a list of the same length; but a week's messages are not all read.
    const isShort = (messages: readonly Message[], count: number): boolean =>
      count < known.length || ((messages[0]?.seq ?? 0) > shownFromSeq && count < 2 * known.length);
    let cursor: string | null = null;
    let count = 0;
    do {
      const page: HistoryPage = await read(cursor === null ? null : { cursor }, signal);
      signal.throwIfAborted();
      pages.push(page);
      count += page.messages.length;
      cursor = isShort(page.messages, count) ? page.nextCursor : null;
    } while (cursor !== null && pages.length < maxRenewedPages);
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

  const readOlder = (place: HistoryPlace): void => {
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
      // A place of another time: those of a new reading are good.
      if (olderProblem.code === 'INVALID_CURSOR' || olderProblem.code === 'MESSAGE_NOT_FOUND') readAnew();
      options.onChange();
    };
    read(place, signal).then(onPage, onRefused);
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
      const { older } = timeline;
      if (isLoadingOlder || older === null || timeline.renewal !== null) return;
      isLoadingOlder = true;
      olderProblem = null;
      options.onChange();
      readOlder(older);
    },
    close: () => reading.abort(),
  };
}
