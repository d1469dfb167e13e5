import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { checkDraft } from '../composer/check-draft.ts';
import { isPlainEnter } from '../composer/keys.ts';
import { texts } from '../texts.ts';

type MessageEditorProps = {
  text: string;
  onSave: (text: string) => void;
  onCancel: () => void;
};

export function MessageEditor({ text, onSave, onCancel }: MessageEditorProps) {
  const [draft, setDraft] = useState(text);
  const field = useRef<HTMLTextAreaElement>(null);
  const problemId = useId();
  const checked = checkDraft(draft);

  useEffect(() => {
    const element = field.current;
    element?.focus({ preventScroll: true });
    element?.setSelectionRange(element.value.length, element.value.length);
  }, []);

  const save = (): void => {
    if (checked.text === text) onCancel();
    else if (checked.text !== null) onSave(checked.text);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      onCancel();
    } else if (isPlainEnter(event)) {
      event.preventDefault();
      save();
    }
  };

  return (
    <div className="message-editor">
      <textarea
        ref={field}
        aria-label={texts.messages.editMessage}
        aria-invalid={checked.problem !== null}
        aria-describedby={problemId}
        dir="auto"
        rows={Math.min(8, draft.split('\n').length)}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="editor-actions">
        <p id={problemId} className={checked.problem === null ? 'hint' : 'field-problem'}>
          {checked.problem ?? texts.messages.editHint}
        </p>
        <button type="button" onClick={onCancel}>
          {texts.messages.cancel}
        </button>
        <button type="button" className="primary" disabled={checked.text === null} onClick={save}>
          {texts.messages.save}
        </button>
      </div>
    </div>
  );
}
