import type { Credential } from './auth/credential.ts';

/** What every call knows of the one that makes it. One object a socket, and one an HTTP request (S6). */
export type RequestContext = {
  credential: Credential;
  clientAddress: string;
  /** The request's id; for a socket that of its upgrade. */
  requestId: string;
};
