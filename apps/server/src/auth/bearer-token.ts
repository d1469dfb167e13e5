/**
 * The token of an Authorization header: undefined without a header, '' for a header that holds no bearer token, which no
 * verifier accepts (A2: present and bad is not the same as absent).
 */
export function bearerToken(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  return /^Bearer +([^\s]+) *$/i.exec(header)?.[1] ?? '';
}
