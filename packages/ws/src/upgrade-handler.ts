import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Schedule } from './schedule.ts';
import { createSocketQuota } from './socket-quota.ts';
import { refuseUpgrade, type UpgradeRefusal } from './upgrade-refusal.ts';

export type UpgradeHandlerOptions = {
  /** The only path that is served; every other is refused with 404. */
  path: string;
  isOriginAllowed: (origin: string | undefined) => boolean;
  /** Whose places the socket takes: behind proxies that is for the caller to know. */
  clientAddress: (request: IncomingMessage) => string;
  schedule: Schedule;
  limits: {
    maxFrameBytes: number;
    maxAnonymousFrameBytes: number;
    maxFragments: number;
    maxBufferedChunks: number;
    maxSocketsPerAddress: number;
    closeTimeoutMs: number;
  };
  onSocket: (socket: WebSocket, request: IncomingMessage) => void;
};

export type UpgradeHandler = {
  handleUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Later upgrades are refused with 503: this server goes away. */
  stopAccepting: () => void;
};

/**
 * Takes over the `upgrade` event of an HTTP server. Every connection gets an `error` listener before anything else, the
 * refused ones too: without one, a single malformed frame from anybody would end the process.
 */
export function createUpgradeHandler(options: UpgradeHandlerOptions): UpgradeHandler {
  const { limits, schedule } = options;
  const quota = createSocketQuota(limits.maxSocketsPerAddress);
  const shared = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxFragments: limits.maxFragments,
    maxBufferedChunks: limits.maxBufferedChunks,
    closeTimeout: limits.closeTimeoutMs,
  };
  // The size limit is fixed when a connection is made, and a stock client sends its first calls right behind its
  // connectionParams: so the URL decides which of the two it gets (A5).
  const announced = new WebSocketServer({ ...shared, maxPayload: limits.maxFrameBytes });
  const anonymous = new WebSocketServer({ ...shared, maxPayload: limits.maxAnonymousFrameBytes });
  let accepting = true;

  function check(request: IncomingMessage): UpgradeRefusal | { announcesParams: boolean } {
    const url = parseUrl(request);
    if (!url) return { status: 400, sentence: 'The URL or the Host header is not valid.' };
    if (url.pathname !== options.path) return { status: 404, sentence: `WebSockets are served at ${options.path}.` };
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      return { status: 400, sentence: 'Only upgrades to WebSocket are served here.' };
    }
    if (!options.isOriginAllowed(request.headers.origin)) {
      return { status: 403, sentence: 'Pages of this origin may not connect.' };
    }
    if (!accepting) return { status: 503, sentence: 'This server is going away. Try again.', retryAfterSeconds: 1 };
    return { announcesParams: url.searchParams.get('connectionParams') === '1' };
  }

  return {
    handleUpgrade(request, socket, head) {
      socket.on('error', destroyOnError);
      const checked = check(request);
      if ('status' in checked) {
        refuseUpgrade(socket, checked, schedule);
        return;
      }
      const giveBack = quota.take(options.clientAddress(request));
      if (!giveBack) {
        refuseUpgrade(
          socket,
          { status: 429, sentence: 'Too many connections from this address.', retryAfterSeconds: 30 },
          schedule,
        );
        return;
      }
      // Not `once`, whose wrapper would be kept as long as the socket; giving back twice does nothing.
      socket.on('close', giveBack);
      const server = checked.announcesParams ? announced : anonymous;
      server.handleUpgrade(request, socket, head, (webSocket) => {
        socket.off('error', destroyOnError);
        options.onSocket(webSocket, request);
      });
    },
    stopAccepting() {
      accepting = false;
    },
  };
}

function destroyOnError(this: Duplex): void {
  this.destroy();
}

/** The URL as tRPC's adapter will read it, which throws where this gives undefined. */
function parseUrl(request: IncomingMessage): URL | undefined {
  const base = `http://${request.headers.host ?? 'localhost'}`;
  return request.url?.startsWith('/') && URL.canParse(request.url, base) ? new URL(request.url, base) : undefined;
}
