import { sha1 } from './sha1.ts';

// Both browsers and Node have it; the contract compiles without either's library.
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

/** Namespace of the UUIDv5 that stands for a user id which is no UUID. It never changes: rows hold the results. */
export const userIdNamespace = 'b29c1d0e-5f0a-4d55-9a39-6c1e7f7d2f10';

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * The id under which Folkmoot knows a user of another system. A UUID is taken as it is, in lower case; any other
 * `sub` becomes the UUIDv5 (RFC 9562) of issuer, newline and sub, so hosts keep ids of their own and two issuers'
 * users never meet.
 *
 * @param issuer the token's `iss`, '' without one, 'host' for a host's own `authenticate`
 */
export function toUserId(issuer: string, sub: string): string {
  return uuidPattern.test(sub) ? sub.toLowerCase() : uuidV5(userIdNamespace, `${issuer}\n${sub}`);
}

function uuidV5(namespace: string, name: string): string {
  const namespaceBytes = Uint8Array.from(namespace.replaceAll('-', '').match(/../g) ?? [], (pair) =>
    Number.parseInt(pair, 16),
  );
  const nameBytes = new TextEncoder().encode(name);
  const input = new Uint8Array(namespaceBytes.length + nameBytes.length);
  input.set(namespaceBytes);
  input.set(nameBytes, namespaceBytes.length);

  const hex = Array.from(sha1(input).subarray(0, 16), (byte, index) => {
    const marked = index === 6 ? (byte & 0x0f) | 0x50 : index === 8 ? (byte & 0x3f) | 0x80 : byte;
    return marked.toString(16).padStart(2, '0');
  }).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
