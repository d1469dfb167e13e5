export type RedisAddress = {
  /** URLs of the nodes that are asked first, without the database's number. */
  addresses: string[];
  /** The number behind the slash; 0 where there is none. */
  database: number;
  isCluster: boolean;
};

/**
 * Reads REDIS_URL: one address, or several with commas between them, which are nodes of one cluster; a cluster behind
 * one address says `?cluster=true`.
 *
 * @throws RangeError with a sentence for people, which does not hold the URL: it may have a password
 */
export function parseRedisUrl(text: string): RedisAddress {
  const urls = text.split(',').map((part) => URL.parse(part.trim()));
  const known = urls.filter((url) => url !== null);
  if (known.length < urls.length || known.some(({ protocol }) => protocol !== 'redis:' && protocol !== 'rediss:')) {
    throw new RangeError('REDIS_URL has to be redis://HOST:PORT or rediss://HOST:PORT.');
  }
  const [first] = known;
  const path = first?.pathname.replace(/^\//, '') ?? '';
  if (!/^\d{0,3}$/.test(path)) throw new RangeError('What follows the slash in REDIS_URL has to be a number.');
  const isCluster = known.length > 1 || first?.searchParams.get('cluster') === 'true';
  for (const url of known) {
    url.pathname = '';
    url.searchParams.delete('cluster');
  }
  return { addresses: known.map(String), database: Number(path || 0), isCluster };
}
