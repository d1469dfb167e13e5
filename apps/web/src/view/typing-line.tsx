import type { User } from '@folkmoot/contract';
import { UserName } from './user-name.tsx';

/** Who is typing, on a line that is always there so that nothing jumps. */
export function TypingLine({ users }: { users: readonly User[] }) {
  const [first, second] = users;
  return (
    <p className="typing" data-testid="typing" aria-live="polite">
      {first && users.length <= 2 && (
        <>
          <UserName user={first} />
          {second && (
            <>
              {' and '}
              <UserName user={second} />
            </>
          )}
          {second ? ' are typing…' : ' is typing…'}
        </>
      )}
      {users.length > 2 && 'Several people are typing…'}
    </p>
  );
}
