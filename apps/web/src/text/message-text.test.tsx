import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { UserName } from '../people/user-name.tsx';
import { MessageText } from './message-text.tsx';

test('S3: markup in a message is shown, not used, in code as well', () => {
  const html = renderToStaticMarkup(<MessageText text={'<img src=x onerror=alert(1)> & <b>bold</b> `<i>`'} />);
  expect(html).not.toMatch(/<(img|b|i)\b/);
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt; &amp; &lt;b&gt;bold&lt;/b&gt;');
  expect(html).toContain('<code dir="ltr">&lt;i&gt;</code>');
});

test('S3: links open apart, say nothing of the page and are isolated', () => {
  const html = renderToStaticMarkup(<MessageText text="https://a.example/ javascript:alert(1)" />);
  expect(html).toContain(
    '<a href="https://a.example/" rel="noopener noreferrer nofollow" target="_blank"><bdi>https://a.example/</bdi></a>',
  );
  expect(html.match(/<a /g)).toHaveLength(1);
  expect(html).toContain('dir="auto"');
});

test('A9: a guest is marked as one, and a name that turns around is isolated', () => {
  const user = { id: '00000000-0000-4000-8000-000000000001', username: 'x', name: 'אבג', isGuest: true };
  expect(renderToStaticMarkup(<UserName user={user} />)).toMatch(/<bdi>אבג<\/bdi>.*guest/);
  expect(renderToStaticMarkup(<UserName user={{ ...user, isGuest: false }} />)).not.toContain('guest');
});
