import { vi } from 'vitest';

/*
 * Set up before every test file. What is waited for comes in milliseconds or not at all, but a machine that is busy with
 * other tests can take longer than the second that vitest gives it.
 */
const patience = { timeout: 15_000 };
const { waitFor, waitUntil } = vi;

vi.waitFor = (callback, options = patience) => waitFor(callback, options);
vi.waitUntil = (callback, options = patience) => waitUntil(callback, options);
