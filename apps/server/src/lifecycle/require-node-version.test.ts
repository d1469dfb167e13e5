import { expect, test } from 'vitest';
import { requireNodeVersion } from './require-node-version.ts';

test.each(['22.12.0', '22.20.1', '24.0.0', '100.1.0'])('Node %s serves', (version) => {
  expect(() => requireNodeVersion(version)).not.toThrow();
});

test.each(['18.20.0', '20.20.2', '22.11.9'])('Node %s is refused in a sentence', (version) => {
  expect(() => requireNodeVersion(version)).toThrow(`this is Node ${version}, and 22.12 or newer is needed`);
});
