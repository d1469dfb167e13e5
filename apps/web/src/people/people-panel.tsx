import type { User } from '@folkmoot/contract';
import type { RoomPresence } from '@folkmoot/client';
import { memo, useMemo } from 'react';
import { locale, texts } from '../texts.ts';
import { Avatar } from './avatar.tsx';
import { UserName } from './user-name.tsx';

type PeoplePanelProps = {
  presence: RoomPresence;
  ownUser: User;
  isOpen: boolean;
  onClose: () => void;
  /** Something that was written here is not in the room. */
  hasUnsent: boolean;
  onSignOut: () => void;
};

const byName = new Intl.Collator(locale);

export const PeoplePanel = memo(({ presence, ownUser, isOpen, onClose, hasUnsent, onSignOut }: PeoplePanelProps) => {
  const unnamed = presence.count - presence.users.length;
  const people = useMemo(() => presence.users.toSorted((a, b) => byName.compare(a.name, b.name)), [presence.users]);
  const signOut = (): void => {
    // Nobody can sign in as this guest again, so nobody would send them later.
    const wouldLose = ownUser.isGuest && hasUnsent;
    if (!wouldLose || confirm(texts.signOutUnsent)) onSignOut();
  };
  return (
    <aside id="people" className={isOpen ? 'people open' : 'people'} aria-label={texts.people.heading}>
      <header>
        <h2>{texts.people.heading}</h2>
        <span className="people-count">{texts.number(presence.count)}</span>
        <button type="button" className="quiet close-people" onClick={onClose}>
          {texts.close}
        </button>
      </header>
      {/* The role is said because Safari takes it from a list without bullets. */}
      <ul role="list" aria-label={texts.people.name} tabIndex={0}>
        {people.map((user) => (
          <li key={user.id} data-user-id={user.id}>
            <Avatar user={user} />
            <UserName user={user} />
            {user.id === ownUser.id && <span className="you">{texts.people.you}</span>}
          </li>
        ))}
        {unnamed > 0 && <li className="unnamed">{texts.people.more(unnamed)}</li>}
      </ul>
      <footer>
        <p>
          {texts.signedInAs} <bdi>{ownUser.name}</bdi>
        </p>
        <button type="button" className="quiet" onClick={signOut}>
          {texts.signOut}
        </button>
      </footer>
    </aside>
  );
});
PeoplePanel.displayName = 'PeoplePanel';
