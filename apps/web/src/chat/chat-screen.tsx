import { defaultRoom, type User } from '@folkmoot/contract';
import { useConnection, useRoom } from '@folkmoot/react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Composer } from '../composer/composer.tsx';
import { TypingLine } from '../composer/typing-line.tsx';
import { PeoplePanel } from '../people/people-panel.tsx';
import type { DraftStore } from '../session/draft-store.ts';
import { StatisticsPage } from '../statistics/statistics-page.tsx';
import { texts } from '../texts.ts';
import { createTimelineItems } from '../timeline/timeline-items.ts';
import { TimelineView } from '../timeline/timeline-view.tsx';
import { useUnseenCount } from '../timeline/unseen-messages.ts';
import { Announcer, useAnnouncer, useMessageAnnouncements } from './announcer.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { describeConnection } from './connection-notice.ts';
import { PageHeader } from './page-header.tsx';
import { useIsOnline, useIsPageVisible, useRoute } from './page-state.ts';
import { useFailureAnnouncements, useNoticeAnnouncements } from './use-state-announcements.ts';
import { useMessageActions } from './use-message-actions.ts';
import { usePeopleDrawer } from './use-people-drawer.ts';

type ChatScreenProps = {
  ownUser: User;
  isModerator: boolean;
  draft: DraftStore;
  onSignOut: () => void;
};

const signInProblems: readonly (string | null)[] = ['TOKEN_INVALID', 'TOKEN_EXPIRED', 'UNAUTHORIZED'];

export function ChatScreen({ ownUser, isModerator, draft, onSignOut }: ChatScreenProps) {
  const room = useRoom();
  const connection = useConnection();
  const route = useRoute();
  const isOnline = useIsOnline();
  const isVisible = useIsPageVisible();
  const composer = useRef<HTMLTextAreaElement>(null);
  const [said, announce] = useAnnouncer();
  const drawer = usePeopleDrawer();

  const itemsOf = useMemo(() => createTimelineItems(ownUser), [ownUser]);
  const items = useMemo(() => itemsOf(room.rows), [itemsOf, room.rows]);
  const { actions, editedKey, deletedIds, editLast } = useMessageActions({ room, items, composer, announce });
  const unseen = useUnseenCount(room, isVisible, ownUser.id);
  const notice = describeConnection({
    connection,
    room,
    isOnline,
    isSending: room.rows.at(-1)?.state === 'sending',
  });
  useMessageAnnouncements(room, ownUser.id, announce);
  useFailureAnnouncements(items, room.isLoaded, announce);
  useNoticeAnnouncements(notice?.text ?? null, room.isLive, announce);

  useEffect(() => {
    document.title = route === 'chat' ? texts.title.chat(defaultRoom, unseen) : texts.title.statistics(unseen);
  }, [route, unseen]);
  useEffect(() => {
    // On a touch screen a focus would bring the keyboard up over the messages.
    if (route === 'chat' && matchMedia('(pointer: fine)').matches) composer.current?.focus({ preventScroll: true });
  }, [route]);
  const needsSignIn = room.problem !== null && signInProblems.includes(room.problem.code);
  useEffect(() => {
    if (needsSignIn) onSignOut();
  }, [needsSignIn, onSignOut]);
  const [sentKey, setSentKey] = useState<string | null>(null);
  const [initialDraft] = useState(() => draft.load(ownUser.id));

  return (
    <div className="page">
      <button type="button" className="skip" onClick={() => composer.current?.focus()}>
        {texts.skipToComposer}
      </button>
      <PageHeader
        route={route}
        peopleCount={room.presence.count}
        arePeopleOpen={drawer.isOpen}
        onTogglePeople={drawer.toggle}
        toggle={drawer.button}
      />
      <div className="stage">
        {/* It stays where it is while the statistics are shown: the place, a draft and an edit are kept. */}
        <div className="chat-view" inert={route !== 'chat'} onKeyDown={drawer.onKeyDown}>
          <main>
            <ConnectionBanner notice={notice} onRetry={room.reopen} />
            <TimelineView
              rows={room.rows}
              items={items}
              ownUserId={ownUser.id}
              isModerator={isModerator}
              isLoaded={room.isLoaded}
              hasProblem={room.problem !== null}
              hasOlder={room.hasOlder}
              isLoadingOlder={room.isLoadingOlder}
              olderProblem={room.olderProblem}
              loadOlder={room.loadOlder}
              editedKey={editedKey}
              sentKey={sentKey}
              deletedIds={deletedIds}
              actions={actions}
              composer={composer}
            />
            <TypingLine typers={room.typers} />
            <Composer
              field={composer}
              initialDraft={initialDraft}
              keepDraft={(text) => draft.keep(ownUser.id, text)}
              onSend={(text) => setSentKey(room.send(text))}
              onTyped={room.typed}
              onEditLast={editLast}
            />
          </main>
          <PeoplePanel
            presence={room.presence}
            ownUser={ownUser}
            isOpen={drawer.isOpen}
            onClose={drawer.close}
            hasUnsent={room.rows.some(({ pending }) => pending !== null)}
            onSignOut={onSignOut}
          />
        </div>
        {route === 'statistics' && <StatisticsPage />}
      </div>
      <Announcer text={said} />
    </div>
  );
}
