import type { User } from '@folkmoot/contract';
import { texts } from '../texts.ts';

/** A name wherever it stands: isolated, so that its writing direction turns nothing around it, and guests marked (A9). */
export function UserName({ user }: { user: User }) {
  return (
    <span className="user-name">
      <bdi>{user.name}</bdi>
      {user.isGuest && (
        <>
          {' '}
          <span className="guest-mark">{texts.people.guest}</span>
        </>
      )}
    </span>
  );
}
