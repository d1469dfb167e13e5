import { expect, test } from 'vitest';
import { explainDatabaseError } from './database-url.ts';

test.for(['ENOTFOUND', 'EAI_AGAIN'])('a host that the name service does not know (%s) is told by its name', (code) => {
  const error = Object.assign(new Error('getaddrinfo'), { code });
  const explained = explainDatabaseError(error, 'postgres://user:sesame@chat.example/chat');
  expect(String(explained)).toMatch(/chat\.example\/chat: there is no host of that name/);
  expect(String(explained)).not.toContain('sesame');
});
