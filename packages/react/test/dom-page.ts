import { Window } from 'happy-dom';

/*
 * Import it before react-dom, which looks for a page when it is loaded. Vitest's own environment would also replace
 * `fetch` and `WebSocket`, and these tests are about real connections.
 */
const window = new Window({ url: 'http://127.0.0.1/' });
Object.assign(globalThis, { window, document: window.document });
