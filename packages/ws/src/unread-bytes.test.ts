import { describe, expect, it } from 'vitest';
import { UnreadBytes } from './unread-bytes.ts';

describe('unread bytes (R9)', () => {
  it('are what was written behind the last PING that was answered', () => {
    const unread = new UnreadBytes(100);
    unread.wrote(120);
    unread.pinged();
    unread.wrote(30);
    expect(unread.count).toBe(150);
    unread.ponged();
    expect(unread.count).toBe(30);
  });

  it('ask for a PING after each so many bytes', () => {
    const unread = new UnreadBytes(100);
    expect([unread.wrote(60), unread.wrote(39), unread.wrote(1)]).toEqual([false, false, true]);
    unread.pinged();
    expect([unread.wrote(99), unread.wrote(1)]).toEqual([false, true]);
  });

  it('are counted in the order of PINGs, each answer for the oldest', () => {
    const unread = new UnreadBytes(10);
    for (const bytes of [10, 20, 30]) {
      unread.wrote(bytes);
      unread.pinged();
    }
    expect(unread.beforeAnswer).toBe(10);
    unread.ponged();
    expect([unread.count, unread.beforeAnswer]).toEqual([50, 20]);
    unread.ponged();
    unread.ponged();
    expect([unread.count, unread.beforeAnswer]).toEqual([0, undefined]);
  });

  it('learn nothing from an answer that nobody asked for, before or after', () => {
    const unread = new UnreadBytes(100);
    unread.ponged();
    unread.wrote(50);
    unread.ponged();
    expect(unread.count).toBe(50);
    unread.wrote(50);
    unread.pinged();
    unread.ponged();
    unread.ponged();
    unread.wrote(70);
    expect(unread.count).toBe(70);
  });
});
