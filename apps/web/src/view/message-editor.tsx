import { errorCatalogue, normalizeMessageText } from '@folkmoot/contract';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { isPlainEnter } from './keys.ts';

type MessageEditorProps = {
  text: string;
  onSave: (text: string) => Promise<void>;
  onClose: () => void;
};

export function MessageEditor({ text, onSave, onClose }: MessageEditorProps) {
  const [draft, setDraft] = useState(text);
  const [problem, setProblem] = useState<string | null>(null);
  const [isSaving, setIsSaving] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);

  useEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(text.length, text.length);
  }, [text]);

  const save = async (): Promise<void> => {
    const normalized = normalizeMessageText(draft);
    if (!normalized.ok) {
      setProblem(errorCatalogue[normalized.code].message);
      return;
    }
    setIsSaving(true);
    try {
      await onSave(normalized.text);
      onClose();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : 'The change could not be saved.');
      setIsSaving(false);
    }
  };
  const saveNow = (): void => {
    save().catch(() => undefined);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      onClose();
    } else if (isPlainEnter(event)) {
      event.preventDefault();
      saveNow();
    }
  };

  return (
    <div className="message-editor">
      <textarea
        ref={field}
        data-testid="edit-input"
        aria-label="Edit the message"
        dir="auto"
        rows={Math.min(8, draft.split('\n').length)}
        value={draft}
        readOnly={isSaving}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {problem !== null && (
        <p className="field-problem" role="alert">
          {problem}
        </p>
      )}
      <div className="editor-actions">
        <button type="button" className="quiet" onClick={onClose}>
          Cancel
        </button>
        <button type="button" className="primary" disabled={isSaving} onClick={saveNow}>
          {isSaving ? 'Saving…' : 'Save'}
        </button>
      </div>
    </div>
  );
}
