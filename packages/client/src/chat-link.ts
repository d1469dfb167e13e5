import type { FolkmootRouter } from '@folkmoot/api';
import type { OperationLink, TRPCLink } from '@trpc/client';

/** A tRPC link of the chat's router, and what such a link is once its client exists. */
export type ChatLink = TRPCLink<FolkmootRouter>;
export type ChatOperationLink = OperationLink<FolkmootRouter>;
