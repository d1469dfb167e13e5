import { errorCatalogue, limits, normalizeMessageText } from '@folkmoot/contract';
import { type SyntheticEvent, type KeyboardEvent, type RefObject, useState } from 'react';
import { isPlainEnter } from './keys.ts';

type ComposerProps = {
  field: RefObject<HTMLTextAreaElement | null>;
  isDisabled: boolean;
  onSend: (text: string) => void;
  onTyped: (isEmpty: boolean) => void;
  onEditLast: () => void;
};

const showCountFrom = limits.messageCodePoints - 500;

export function Composer({ field, isDisabled, onSend, onTyped, onEditLast }: ComposerProps) {
  const [draft, setDraft] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const isBlank = draft.trim() === '';
  // Code points are what the server counts; UTF-16 units only tell when counting is worth it.
  const length = draft.length < showCountFrom ? 0 : Array.from(draft.trim()).length;

  const change = (text: string): void => {
    setDraft(text);
    setProblem(null);
    onTyped(text.trim() === '');
  };
  const send = (): void => {
    if (isBlank || isDisabled) return;
    const normalized = normalizeMessageText(draft);
    if (!normalized.ok) {
      setProblem(errorCatalogue[normalized.code].message);
      return;
    }
    onSend(normalized.text);
    setDraft('');
    setProblem(null);
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
      {problem !== null && (
        <p className="field-problem" role="alert">
          {problem}
        </p>
      )}
      <textarea
        ref={field}
        data-testid="composer"
        aria-label="Message"
        placeholder="Write a message"
        dir="auto"
        rows={Math.min(6, draft.split('\n').length)}
        value={draft}
        disabled={isDisabled}
        onChange={(event) => change(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {length >= showCountFrom && (
        <span className={length > limits.messageCodePoints ? 'count over' : 'count'}>
          {limits.messageCodePoints - length}
        </span>
      )}
      <button type="submit" className="primary" data-testid="send-button" disabled={isDisabled || isBlank}>
        Send
      </button>
    </form>
  );
}
