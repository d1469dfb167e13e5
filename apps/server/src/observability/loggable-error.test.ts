import { expect, it } from 'vitest';
import { createLogger } from './create-logger.ts';
import { loggableError } from './loggable-error.ts';

const text = 'a text that belongs to no log';

it('keeps what people wrote out of the log: parameters of queries, pieces of JSON, rows in details (A8)', () => {
  const refused = Object.assign(new Error('violates check constraint "text_length"'), {
    code: '23514',
    detail: `Failing row contains (${text}).`,
    parameters: [text],
  });
  const query = new Error(`Failed query: insert into community_chat values ($1)\nparams: ${text}`, { cause: refused });
  const broken = attempt(() => JSON.parse(`{"message": ${text}`));
  for (const error of [query, broken, text, { message: text }]) {
    expect(JSON.stringify(loggableError(error))).not.toContain(text);
  }
  expect(loggableError(query)).toMatchObject({ cause: { code: '23514', message: refused.message } });
});

it('is what every error in a log line passes through', () => {
  const lines: string[] = [];
  const { log } = createLogger('info', { write: (line) => lines.push(line) });
  log.error({ err: new Error(`Failed query: select\nparams: ${text}`), requestId: 'r1' }, 'a call failed');
  expect(lines.join()).toContain('Failed query');
  expect(lines.join()).toContain('"requestId":"r1"');
  expect(lines.join()).not.toContain(text);
});

it('ends, however errors are chained', () => {
  const error = new Error('one');
  error.cause = error;
  expect(JSON.stringify(loggableError(error)).length).toBeLessThan(20_000);
});

function attempt(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
