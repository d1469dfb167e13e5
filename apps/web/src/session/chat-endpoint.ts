/** Where the chat is and how its streams come. */
export type ChatEndpoint = { url: string; transport: 'websocket' | 'sse' };

/** The page talks to the server that it came from; `?transport=sse` is for networks that let no WebSocket through. */
export function chatEndpoint(page: URL): ChatEndpoint {
  return {
    url: new URL('/trpc', page).href,
    transport: page.searchParams.get('transport') === 'sse' ? 'sse' : 'websocket',
  };
}
