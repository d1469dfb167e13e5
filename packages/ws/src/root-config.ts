import type { AnyTRPCRouter, transformTRPCResponse } from '@trpc/server';

/** The transformer, the error formatter and what else is one for a whole router. */
export type RootConfig = Parameters<typeof transformTRPCResponse>[0];

/** Of any router: what a router's types say of its context and errors is not known here, and not needed. */
export function rootConfig(router: AnyTRPCRouter): RootConfig {
  // oxlint-disable-next-line typescript/no-unsafe-return
  return router._def._config;
}
