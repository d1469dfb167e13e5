import { type Chat, ChatError } from '@folkmoot/client';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useChat } from './use-chat.ts';

/** What `chat.stats` answers: totals, the last days and the hours of the day, in UTC. */
export type ChatStats = Awaited<ReturnType<Chat['trpc']['chat']['stats']['query']>>;

/** Which statistics: of which room, over how many days. */
export type StatsOptions = {
  /** `main-chat` by default. */
  room?: string | undefined;
  /** How many days back, today included; the server's default is 30. */
  days?: number | undefined;
};

/** The statistics, or why they are not there. */
export type StatsView = {
  /** Null until they are there. A refresh keeps the old ones until the new are there; another room or span does not. */
  stats: ChatStats | null;
  /** Why the last question failed; null while one is asked. */
  error: ChatError | null;
  isLoading: boolean;
  /** Asks again. */
  refresh(): void;
};

type Answer = Pick<StatsView, 'stats' | 'error'> & { question: object | null; asked: number };

/**
 * Statistics of a room, asked for once it is mounted, when the options change, and on `refresh()`. They need no connection
 * and no open room. For caching and polling call `chat.trpc.chat.stats` through a library for that.
 */
export function useStats({ room, days }: StatsOptions = {}): StatsView {
  const chat = useChat();
  const question = useMemo(() => ({ chat, input: { room, days } }), [chat, room, days]);
  const [asked, setAsked] = useState(0);
  const [answer, setAnswer] = useState<Answer>({ question: null, asked: 0, stats: null, error: null });

  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    question.chat.trpc.chat.stats.query(question.input, { signal }).then(
      (stats) => {
        if (!signal.aborted) setAnswer({ question, asked, stats, error: null });
      },
      (error: unknown) => {
        if (signal.aborted) return;
        setAnswer((last) => ({
          question,
          asked,
          stats: last.question === question ? last.stats : null,
          error: ChatError.from(error),
        }));
      },
    );
    return () => leaving.abort();
  }, [question, asked]);

  const refresh = useCallback(() => setAsked((count) => count + 1), []);
  const isLoading = answer.question !== question || answer.asked !== asked;
  return {
    stats: answer.question === question ? answer.stats : null,
    error: isLoading ? null : answer.error,
    isLoading,
    refresh,
  };
}
