import { type SQL, sql } from 'drizzle-orm';
import { rooms } from '../schema/index.ts';

/** The first part of a room's position (R2). The mark of the cluster is read once a statement, not once a row. */
export const epochColumn: SQL<string> = sql<string>`folkmoot.epoch_of(${rooms.epoch}, (select folkmoot.cluster_mark()))`;
