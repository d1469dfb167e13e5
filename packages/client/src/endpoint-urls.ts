/**
 * The HTTP and WebSocket addresses of one tRPC endpoint, which share host, port and path.
 *
 * @param url an absolute `http:`, `https:`, `ws:` or `wss:` address
 */
export function endpointUrls(url: string): { http: string; webSocket: string } {
  const parsed = new URL(url);
  const isSecure = parsed.protocol === 'https:' || parsed.protocol === 'wss:';
  if (!isSecure && parsed.protocol !== 'http:' && parsed.protocol !== 'ws:') {
    throw new TypeError(`The chat is reached over http(s) or ws(s), not "${parsed.protocol}".`);
  }
  const rest = parsed.href.slice(parsed.protocol.length);
  return isSecure
    ? { http: `https:${rest}`, webSocket: `wss:${rest}` }
    : { http: `http:${rest}`, webSocket: `ws:${rest}` };
}
