import type { RoomTypers } from '@folkmoot/client';
import { texts } from '../texts.ts';

const maxNamed = 2;

/** Who is typing, on a line that is always there so that nothing jumps. */
export function TypingLine({ typers, ownUserId }: { typers: RoomTypers; ownUserId: string }) {
  const users = typers.map(({ user }) => user).filter(({ id }) => id !== ownUserId);
  const names = users.slice(0, maxNamed).map(({ name }) => name);
  return (
    <p className="typing">
      {users.length > 0 && (
        <span className="typing-dots" aria-hidden="true">
          <i />
          <i />
          <i />
        </span>
      )}
      <span>{texts.typing(names, users.length)}</span>
    </p>
  );
}
