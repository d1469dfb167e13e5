import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { trustProxySchema } from '../configuration/trust-proxy.ts';
import { clientAddress } from './client-address.ts';

function addressOf(trust: string, peer: string, ...forwarded: string[]): string {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: peer });
  const req = new IncomingMessage(socket);
  req.headersDistinct['x-forwarded-for'] = forwarded;
  return clientAddress(req, trustProxySchema.parse(trust));
}

it('believes no X-Forwarded-For unless it is told to (A6)', () => {
  expect(addressOf('off', '203.0.113.1', '198.51.100.7')).toBe('203.0.113.1');
  expect(addressOf('0', '::ffff:203.0.113.1', '198.51.100.7')).toBe('203.0.113.1');
});

it('counts so many proxies from the right, and never what a client put in front', () => {
  expect(addressOf('1', '10.0.0.1', '1.1.1.1, 198.51.100.7')).toBe('198.51.100.7');
  expect(addressOf('2', '10.0.0.1', '1.1.1.1', '198.51.100.7, 10.0.0.2')).toBe('198.51.100.7');
  expect(addressOf('3', '10.0.0.1', '198.51.100.7')).toBe('198.51.100.7');
  expect(addressOf('1', '10.0.0.1')).toBe('10.0.0.1');
  expect(addressOf('2', '10.0.0.1', 'nonsense, 198.51.100.7')).toBe('198.51.100.7');
});

it('passes over the addresses that are trusted, and stops at the first that is not', () => {
  const trust = 'loopback, 10.0.0.0/8, 2001:db8::/32';
  expect(addressOf(trust, '127.0.0.1', '1.1.1.1, 198.51.100.7, 10.1.2.3')).toBe('198.51.100.7');
  expect(addressOf(trust, '203.0.113.1', '198.51.100.7')).toBe('203.0.113.1');
  expect(addressOf(trust, '2001:db8::1', '2001:4860::8')).toBe('2001:4860::8');
});
