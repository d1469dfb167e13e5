import type { DatabaseClient } from '@folkmoot/db';
import type { TestDatabase } from '@folkmoot/db/testing';
import { z } from 'zod';

const planNodeSchema = z.object({
  'Node Type': z.string(),
  'Relation Name': z.string().optional(),
  'Index Name': z.string().optional(),
  'Actual Rows': z.number(),
  'Actual Loops': z.number(),
  'Rows Removed by Filter': z.number().default(0),
  'Rows Removed by Index Recheck': z.number().default(0),
  'Shared Hit Blocks': z.number(),
  'Shared Read Blocks': z.number(),
  get Plans() {
    return z.array(planNodeSchema).default([]);
  },
});
const planSchema = z.object({ 'Query Text': z.string(), Plan: planNodeSchema });

/** What a statement really did, each of a function's own, too. */
export type RecordedPlan = {
  query: string;
  /** Pages of 8 KiB that were looked at, of indexes and tables: what no part of a plan can hide. */
  blocks: number;
  /** Rows that were looked at of each table, those that did not pass a filter too, and how they were found. */
  scans: { table: string; by: string; rows: number }[];
};

export type PlanRecorder = {
  /** Gives connections that tell their plans, at most one of each `connect`. */
  testDatabase: TestDatabase;
  /** Makes the connection begin; plans of statements before are not told. */
  begin(sql: DatabaseClient): Promise<void>;
  /** The plans since the last time. */
  take(): RecordedPlan[];
};

/** Lets PostgreSQL's auto_explain say of every statement how it was carried out: the plans are not asked for again. */
export function recordPlans(testDatabase: TestDatabase): PlanRecorder {
  let plans: RecordedPlan[] = [];

  function onNotice({ message }: { message: string }): void {
    const [, json] = /^duration: [\d.]+ ms {2}plan:\n(\{.*\})$/s.exec(message) ?? [];
    if (json === undefined) return;
    const { 'Query Text': query, Plan: root } = planSchema.parse(JSON.parse(json));
    const nodes = listNodes(root);
    plans.push({
      query,
      blocks: root['Shared Hit Blocks'] + root['Shared Read Blocks'],
      scans: nodes.flatMap((node) => {
        const { 'Relation Name': table, 'Node Type': type, 'Index Name': index } = node;
        if (table === undefined || !type.endsWith('Scan') || node['Actual Loops'] === 0) return [];
        const seen = node['Actual Rows'] + node['Rows Removed by Filter'] + node['Rows Removed by Index Recheck'];
        return [{ table, by: index ?? type, rows: Math.round(seen * node['Actual Loops']) }];
      }),
    });
  }

  return {
    testDatabase: {
      ...testDatabase,
      connect: (options) => testDatabase.connect({ ...options, maxConnections: 1, onNotice }),
    },
    async begin(sql) {
      await sql.unsafe(`
        load 'auto_explain';
        set auto_explain.log_min_duration = 0;
        set auto_explain.log_nested_statements = on;
        set auto_explain.log_analyze = on;
        set auto_explain.log_timing = off;
        set auto_explain.log_buffers = on;
        set auto_explain.log_format = json;
        set auto_explain.log_level = notice;
      `);
    },
    take() {
      const taken = plans;
      plans = [];
      return taken;
    },
  };
}

type PlanNode = z.infer<typeof planNodeSchema>;

function listNodes(node: PlanNode): PlanNode[] {
  return [node, ...node.Plans.flatMap(listNodes)];
}
