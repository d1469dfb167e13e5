import type { Clock } from '@folkmoot/api';
import { createSocketQuota } from '@folkmoot/ws';
import { atTime } from '../auth/at-time.ts';
import type { Credential } from '../auth/credential.ts';
import type { QuietResponse } from './quiet-response.ts';

export type EventStreams = {
  /** Takes charge of a response that streams until somebody ends it. False where its address has too many (A6). */
  add: (res: QuietResponse, credential: Credential, address: string) => boolean;
  count: () => number;
  /** Cuts all of them; each client opens a new one and goes on from its place. */
  cutAll: () => void;
};

/** How long an expired stream stays, silent: longer than the 20 s after which a stock client makes a new one (A3). */
const silenceBeforeEndMs = 30_000;
/** Timers may fire a moment early; not a byte may leave at the moment of expiry. */
const marginMs = 50;

/** Server-sent event streams, which end at the token's expiry in the one way that a stock client survives (A3). */
export function createEventStreams(clock: Clock, maxPerAddress = 200): EventStreams {
  const open = new Set<QuietResponse>();
  const quota = createSocketQuota(maxPerAddress);

  return {
    add(res, credential, address) {
      const giveBack = quota.take(address);
      if (!giveBack) return false;
      open.add(res);
      let cancel: (() => void) | undefined;
      res.once('close', () => {
        open.delete(res);
        giveBack();
        cancel?.();
      });
      credential.onVerified((expiresAtMs) => {
        res.fallSilentAt(expiresAtMs - marginMs, () => clock.now());
        cancel = atTime(clock, expiresAtMs + silenceBeforeEndMs, () => res.destroy());
      });
      return true;
    },
    count: () => open.size,
    cutAll() {
      for (const res of open) res.destroy();
    },
  };
}
