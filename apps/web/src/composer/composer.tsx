import { defaultRoom } from '@folkmoot/contract';
import { type KeyboardEvent, type RefObject, type SyntheticEvent, useId, useState } from 'react';
import { texts } from '../texts.ts';
import { SendIcon } from '../timeline/icons.tsx';
import { checkDraft } from './check-draft.ts';
import { isPlainEnter } from './keys.ts';

type ComposerProps = {
  field: RefObject<HTMLTextAreaElement | null>;
  /** What was being written when the page was last left. */
  initialDraft: string;
  keepDraft: (draft: string) => void;
  onSend: (text: string) => void;
  onTyped: (isEmpty: boolean) => void;
  onEditLast: () => void;
};

export function Composer({ field, initialDraft, keepDraft, onSend, onTyped, onEditLast }: ComposerProps) {
  const [draft, setDraft] = useState(initialDraft);
  const hintId = useId();
  const { text, problem, left } = checkDraft(draft);

  const change = (changed: string): void => {
    setDraft(changed);
    keepDraft(changed);
  };
  const send = (): void => {
    if (text === null) return;
    onSend(text);
    change('');
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isPlainEnter(event)) {
      event.preventDefault();
      send();
    } else if (event.key === 'ArrowUp' && draft === '') {
      event.preventDefault();
      onEditLast();
    }
  };
  const onSubmit = (event: SyntheticEvent): void => {
    event.preventDefault();
    send();
    field.current?.focus();
  };

  return (
    <form className="composer" onSubmit={onSubmit}>
      <div className={problem === null ? 'composer-box' : 'composer-box invalid'}>
        <textarea
          ref={field}
          id="composer"
          aria-label={texts.composer.name}
          aria-describedby={hintId}
          aria-invalid={problem !== null}
          placeholder={texts.composer.placeholder(defaultRoom)}
          dir="auto"
          rows={Math.min(8, draft.split('\n').length)}
          value={draft}
          onChange={(event) => {
            change(event.target.value);
            onTyped(event.target.value.trim() === '');
          }}
          onKeyDown={onKeyDown}
        />
        {left !== null && problem === null && <span className="left">{texts.composer.left(left)}</span>}
        <button
          type="submit"
          className="primary send"
          aria-label={texts.composer.send}
          title={texts.composer.send}
          disabled={text === null}
        >
          <SendIcon />
        </button>
      </div>
      {problem === null ? (
        <p id={hintId} className="hint">
          {texts.composer.hint}
        </p>
      ) : (
        <p id={hintId} className="field-problem" role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}
