import type { User } from '@folkmoot/contract';

const hues = 10;

export function Avatar({ user }: { user: User }) {
  const initial = Array.from(user.name)[0]?.toUpperCase() ?? '?';
  return (
    <span className={`avatar hue-${hueOf(user.id)}`} aria-hidden="true">
      <bdi>{initial}</bdi>
    </span>
  );
}

/** The same person has the same colour everywhere. */
function hueOf(userId: string): number {
  return Number.parseInt(userId.slice(-4), 16) % hues || 0;
}
