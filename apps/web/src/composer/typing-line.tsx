import type { RoomTypers } from '@folkmoot/client';
import { texts } from '../texts.ts';

const maxNamed = 2;

/** Who is typing, on a line that is always there so that nothing jumps. */
export function TypingLine({ typers }: { typers: RoomTypers }) {
  const names = typers.slice(0, maxNamed).map(({ name }) => name);
  return (
    <p className="typing">
      {typers.length > 0 && (
        <span className="typing-dots" aria-hidden="true">
          <i />
          <i />
          <i />
        </span>
      )}
      <span>{texts.typing(names, typers.length)}</span>
    </p>
  );
}
