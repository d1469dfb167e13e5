import { TRPCClientError } from '@trpc/client';
import { describe, expect, test } from 'vitest';
import { ChatError, ClientClosedError, canRepeat, isConnectionError, toChatError } from './chat-error.ts';

const answered = (data: unknown) => TRPCClientError.from({ error: { code: -32000, message: 'No.', data } });

describe('errors (S7)', () => {
  test('S7: what the server says of the chat is read from data.chat', () => {
    const error = answered({ chat: { code: 'RATE_LIMITED', retryable: 'yes', retryAfterMs: 1500 } });
    expect(toChatError(error)).toEqual({ code: 'RATE_LIMITED', retryable: 'yes', retryAfterMs: 1500 });
    expect(canRepeat(error)).toBe(true);
    expect(isConnectionError(error)).toBe(false);
  });

  test('S7: a refusal that would fail again is not to be repeated', () => {
    const error = answered({ chat: { code: 'BANNED', retryable: 'no' } });
    expect(toChatError(error)).toEqual({ code: 'BANNED', retryable: 'no' });
    expect(canRepeat(error)).toBe(false);
  });

  test.each([undefined, null, 'text', {}, { chat: null }, { chat: { code: 'toString', retryable: 'yes' } }])(
    'an answer that is none of the catalogue, %j, is no chat error and not to be repeated',
    (data) => {
      expect(toChatError(answered(data))).toBeUndefined();
      expect(canRepeat(answered(data))).toBe(false);
    },
  );

  test('S2: a call that got no answer may be repeated', () => {
    const error = TRPCClientError.from(new TypeError('fetch failed'));
    expect([toChatError(error), isConnectionError(error), canRepeat(error)]).toEqual([undefined, true, true]);
  });

  test('an error of the program or a closed client is not to be repeated', () => {
    for (const error of [new TypeError('oops'), 'oops', undefined, TRPCClientError.from(new ClientClosedError())]) {
      expect(isConnectionError(error)).toBe(false);
      expect(canRepeat(error)).toBe(false);
    }
  });

  test('S7: a ChatError has the code, whether to repeat and when, and keeps its cause', () => {
    const limited = answered({ chat: { code: 'RATE_LIMITED', retryable: 'yes', retryAfterMs: 1500 } });
    expect(ChatError.from(limited)).toMatchObject({ code: 'RATE_LIMITED', retryable: 'yes', retryAfterMs: 1500 });
    expect(ChatError.from(limited).cause).toBe(limited);
    expect(ChatError.from(ChatError.from(limited)).cause).toBe(limited);

    const lost = ChatError.from(TRPCClientError.from(new TypeError('fetch failed')));
    expect(lost).toMatchObject({ code: null, retryable: 'with-client-message-id', retryAfterMs: 0 });
    expect(ChatError.from(TRPCClientError.from(new ClientClosedError()))).toMatchObject({
      code: null,
      retryable: 'no',
    });
    expect(ChatError.from('what?')).toMatchObject({ code: null, retryable: 'no', message: 'Something went wrong.' });
  });
});
