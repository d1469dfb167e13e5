import { createRoomImport } from '@folkmoot/api';
import type { Database } from '@folkmoot/db';
import { advertiser, community } from './community.ts';
import { createDemoPast, type DemoPastOptions } from './create-demo-past.ts';

export type DemoDataOptions = DemoPastOptions & {
  room: string;
  /** Events written so far; there are somewhat more of them than messages. */
  onProgress?: (written: number) => void;
  signal?: AbortSignal;
};

/** Writes the demo community into an empty room. Throws for one that has messages, and what the import throws. */
export async function writeDemoData(database: Database, options: DemoDataOptions): Promise<{ events: number }> {
  const { room, onProgress, signal } = options;
  const roomImport = createRoomImport(database);
  const { events } = await roomImport.openRoom(room);
  if (events > 0) {
    throw new Error(
      `The room ${room} already has messages. Give the demo data a database of their own (DATA_DIR=.data-demo, for the server too), ` +
        'or a room (--room demo), which the terminal client shows and the demo page does not.',
    );
  }
  await roomImport.addPeople([...community, advertiser]);
  const written = await roomImport.write(room, createDemoPast(options), {
    ...(onProgress && { onProgress }),
    ...(signal && { signal }),
  });
  return { events: written };
}
