export type SendQueueOptions<Sent> = {
  /** Sends one message and repeats it for as long as a repeat may help. */
  send: (text: string, clientMessageId: string) => Promise<Sent>;
  onSent: (sent: Sent, clientMessageId: string) => void;
  onFailed: (error: unknown, clientMessageId: string) => void;
};

export type SendQueue = { add(text: string, clientMessageId: string): void };

/**
 * Sends one message after the other: while one is repeated the later ones wait, so that they reach the room in the
 * order in which they were written. One that fails for good lets the next go on.
 */
export function createSendQueue<Sent>({ send, onSent, onFailed }: SendQueueOptions<Sent>): SendQueue {
  let last: Promise<void> = Promise.resolve();

  const sendNow = async (text: string, clientMessageId: string): Promise<void> => {
    try {
      onSent(await send(text, clientMessageId), clientMessageId);
    } catch (error) {
      onFailed(error, clientMessageId);
    }
  };
  return {
    add(text, clientMessageId) {
      const previous = last;
      last = (async () => {
        await previous;
        await sendNow(text, clientMessageId);
      })();
    },
  };
}
