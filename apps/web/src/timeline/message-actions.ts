/** What can be done with a message; the same functions for as long as the room is shown. */
export type MessageActions = {
  startEdit: (key: string) => void;
  endEdit: () => void;
  saveEdit: (messageId: string, text: string) => void;
  startDelete: (messageId: string) => void;
  undoDelete: (messageId: string) => void;
  retry: (entryId: string) => void;
  discard: (entryId: string) => void;
};
