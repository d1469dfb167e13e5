import type { IncomingMessage } from 'node:http';
import type { QuietResponse } from './quiet-response.ts';

/** One HTTP request and its response, with what is worked out of it once. */
export type Exchange = {
  req: IncomingMessage;
  res: QuietResponse;
  /** For logs and the header x-request-id. */
  id: string;
  /** The path of the URL as it came, without the query. */
  path: string;
  query: URLSearchParams;
  clientAddress: string;
};

export type ExchangeHandler = (exchange: Exchange) => void | Promise<void>;
