import { defaultRoom } from '@folkmoot/contract';
import type { Ref } from 'react';
import { texts } from '../texts.ts';
import { PeopleIcon } from '../timeline/icons.tsx';
import { type Route, hrefOf } from './page-state.ts';

type PageHeaderProps = {
  route: Route;
  peopleCount: number;
  arePeopleOpen: boolean;
  onTogglePeople: () => void;
  toggle: Ref<HTMLButtonElement>;
};

export function PageHeader({ route, peopleCount, arePeopleOpen, onTogglePeople, toggle }: PageHeaderProps) {
  return (
    <header className="page-header">
      <h1>
        <img src="/favicon.svg" alt="" width="26" height="26" />
        <span className="brand">{texts.brand}</span>
        <span className="room-name">{defaultRoom}</span>
      </h1>
      <nav aria-label={texts.navigation}>
        <a href={hrefOf('chat')} aria-current={route === 'chat' ? 'page' : undefined}>
          {texts.chat}
        </a>
        <a href={hrefOf('statistics')} aria-current={route === 'statistics' ? 'page' : undefined}>
          {texts.statistics}
        </a>
      </nav>
      {route === 'chat' && (
        <button
          ref={toggle}
          type="button"
          className="people-toggle"
          aria-expanded={arePeopleOpen}
          aria-controls="people"
          aria-label={texts.people.open(peopleCount)}
          onClick={onTogglePeople}
        >
          <PeopleIcon />
          {texts.number(peopleCount)}
        </button>
      )}
    </header>
  );
}
