import { WebSocket } from 'ws';
import { closeWith } from './close-codes.ts';

type Data = Parameters<WebSocket['send']>[0];
type SendOptions = Parameters<WebSocket['send']>[1];
type SendCallback = (error?: Error) => void;

/**
 * A kind of WebSocket that closes itself once more than `maxWaitingBytes` wait for its reader. tRPC's adapter sends
 * without looking at what waits, so the limit must sit where it cannot be passed by.
 */
export function createBoundedWebSocket(maxWaitingBytes: number): typeof WebSocket {
  return class BoundedWebSocket extends WebSocket {
    override send(data: Data, callback?: SendCallback): void;
    override send(data: Data, options: SendOptions, callback?: SendCallback): void;
    override send(data: Data, optionsOrCallback?: SendOptions | SendCallback, callback?: SendCallback): void {
      if (typeof optionsOrCallback === 'object') super.send(data, optionsOrCallback, callback);
      else super.send(data, optionsOrCallback);

      if (this.readyState === WebSocket.OPEN && this.bufferedAmount > maxWaitingBytes) closeWith(this, 'slowReader');
    }
  };
}
