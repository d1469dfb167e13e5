import { networkInterfaces } from 'node:os';
import { isLoopback } from '../configuration/loopback.ts';

export type AllowedOrigins = {
  /** Undefined, no Origin header, is a client that is no browser; 'null' is a page without an origin, and refused. */
  isAllowed: (origin: string | undefined) => boolean;
  /** Those that can be listed; any port of loopback is not. */
  list: readonly string[];
};

/** Whose pages may use this server (A5). The Host header is never asked: whoever rebinds a name controls it. */
export function createAllowedOrigins(options: {
  allowedOrigins: readonly string[] | undefined;
  publicUrl: string | undefined;
  host: string;
  port: number;
}): AllowedOrigins {
  const { allowedOrigins, publicUrl, host, port } = options;
  const listed = allowedOrigins ?? (publicUrl === undefined ? undefined : [publicUrl]);
  const list = (listed ?? ownAddresses(host).map((address) => `http://${address}:${port}`)).map(normalized);
  const known = new Set(list);

  return {
    list,
    isAllowed: (origin) =>
      origin === undefined || known.has(origin) || (listed === undefined && isLoopbackOrigin(origin)),
  };
}

function ownAddresses(host: string): string[] {
  const isEverywhere = host === '0.0.0.0' || host === '::';
  const interfaces = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  const addresses = isEverywhere ? interfaces.map(({ address }) => address) : [host];
  const names = addresses.some(isLoopback) ? ['localhost', '127.0.0.1'] : [];
  return Array.from(new Set([...addresses.map(bracketed), ...names]));
}

/** An address as it stands in a URL. */
export function bracketed(address: string): string {
  return address.includes(':') ? `[${address.replace(/%.*$/, '')}]` : address;
}

/** As browsers write it: without the default port. */
function normalized(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).origin : origin;
}

function isLoopbackOrigin(origin: string): boolean {
  if (!/^https?:\/\//.test(origin) || !URL.canParse(origin)) return false;
  const url = new URL(origin);
  return url.origin === origin && isLoopback(url.hostname);
}
