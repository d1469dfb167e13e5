import type { Me } from '@folkmoot/contract';
import type { PresenceRoster } from '../room/presence-roster.ts';
import { Avatar } from './avatar.tsx';
import { UserName } from './user-name.tsx';

export function PeoplePanel({ presence, me, isOpen }: { presence: PresenceRoster; me: Me; isOpen: boolean }) {
  const unnamed = presence.count - presence.users.length;
  const people = presence.users.toSorted((a, b) => a.name.localeCompare(b.name));
  return (
    <aside id="people" className={isOpen ? 'people open' : 'people'} data-testid="people" aria-label="People here">
      <h2>
        Here now <span className="people-count">{presence.count}</span>
      </h2>
      <ul>
        {people.map((user) => (
          <li key={user.id} data-testid="person" data-user-id={user.id}>
            <Avatar user={user} />
            <UserName user={user} />
            {user.id === me.id && <span className="you">you</span>}
          </li>
        ))}
        {unnamed > 0 && <li className="unnamed">and {unnamed} more</li>}
      </ul>
    </aside>
  );
}
