import type { Identity } from '../identity.ts';

/** A person with an id that depends on the name alone. */
export function person(name: string, more: Partial<Identity> = {}): Identity {
  return { id: `test-${name}`, username: name, name: name.toUpperCase(), ...more };
}
