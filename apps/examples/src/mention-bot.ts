import { createChatClient } from '@folkmoot/client';

export type MentionBotOptions = {
  url: string;
  getToken: () => Promise<string>;
  /** What to say to a text that mentions the bot. The same answer to the same text, whenever it is asked. */
  answer: (text: string) => string;
  /** Where the bot has got to in the room, kept where a restart finds it. */
  place: { read: () => string | undefined; save: (position: string) => void };
  signal: AbortSignal;
};

/**
 * Answers whoever mentions it, also those who did while it was away: each once, however often it is restarted. Resolves when
 * the signal stops it, and rejects when it cannot go on: start it again then.
 */
export async function runMentionBot({ url, getToken, answer, place, signal }: MentionBotOptions): Promise<void> {
  const { trpc, close } = createChatClient({ url, getToken });
  try {
    const me = await trpc.auth.me.query();
    for await (const { id, data } of trpc.chat.message.subscribe({ lastEventId: place.read() }, { signal })) {
      if (data.type === 'message-received' && data.message.userId !== me.id) {
        const { id: questionId, message } = data.message;
        // Under the question's id: when it is answered again after a crash, the room has the answer once (S2).
        if (message.includes(`@${me.username}`)) {
          await trpc.chat.send.mutate({ message: answer(message), clientMessageId: questionId });
        }
      }
      place.save(id);
    }
  } finally {
    await close();
  }
}
