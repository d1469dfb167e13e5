import type { Clock } from '@folkmoot/api';

export type DatabaseWatch = {
  isUp: () => boolean;
  close: () => void;
};

const intervalMs = 2_000;
const answerWithinMs = 4_000;
/** Clients are better off elsewhere after so long without a database (T4). */
const patienceMs = 60_000;

/** Asks the database again and again whether it is there; it is taken to be so at the start. */
export function watchDatabase(options: {
  ping: () => Promise<unknown>;
  clock: Clock;
  onChange: (isUp: boolean) => void;
  /** Called once in each outage that lasts 60 s. */
  onLongOutage: () => void;
}): DatabaseWatch {
  const { ping, clock, onChange, onLongOutage } = options;
  let downSinceMs: number | undefined;
  let isOutageReported = false;
  let isClosed = false;
  let cancel = clock.after(intervalMs, ask);

  function ask() {
    answers(ping, clock).then(
      (isUp) => {
        if (isClosed) return;
        note(isUp);
        cancel = clock.after(intervalMs, ask);
      },
      () => {},
    );
  }

  function note(isUp: boolean) {
    if (isUp === (downSinceMs !== undefined)) onChange(isUp);
    if (isUp) {
      downSinceMs = undefined;
      isOutageReported = false;
      return;
    }
    downSinceMs ??= clock.now();
    if (isOutageReported || clock.now() - downSinceMs < patienceMs) return;
    isOutageReported = true;
    onLongOutage();
  }

  return {
    isUp: () => downSinceMs === undefined,
    close() {
      isClosed = true;
      cancel();
    },
  };
}

/** Whether an answer comes, and comes in time. */
async function answers(ping: () => Promise<unknown>, clock: Clock): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const cancel = clock.after(answerWithinMs, () => late.resolve(false));
  const answer = ping().then(
    () => true,
    () => false,
  );
  const isUp = await Promise.race([answer, late.promise]);
  cancel();
  return isUp;
}
