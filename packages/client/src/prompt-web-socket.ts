/** How long a peer may take to answer a close. Chromium itself waits a minute for one that is gone. */
const closeTimeoutMs = 2_000;

/**
 * A WebSocket class whose `close()` is soon over even when the peer is gone: tRPC reconnects at the `close` event, and
 * without this a dead connection that the keep-alive has found would be kept far beyond T3's minute.
 */
export function promptWebSocket(Base: typeof WebSocket): typeof WebSocket {
  return class PromptWebSocket extends Base {
    override close(code?: number, reason?: string): void {
      super.close(code, reason);
      if (this.readyState === this.CLOSED) return;
      const timer = setTimeout(() => endNow(this), closeTimeoutMs);
      this.addEventListener('close', () => clearTimeout(timer), { once: true });
    }
  };
}

function endNow(socket: WebSocket): void {
  // npm's ws has a way to cut the connection; browsers have none, so there the event comes before the fact.
  if (canTerminate(socket)) socket.terminate();
  else socket.dispatchEvent(new CloseEvent('close', { code: 1006 }));
}

function canTerminate(socket: WebSocket): socket is WebSocket & { terminate(): void } {
  return 'terminate' in socket && typeof socket.terminate === 'function';
}
