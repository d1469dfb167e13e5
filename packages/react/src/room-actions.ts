import type { RoomSession } from '@folkmoot/client';

/**
 * What one can do in a room. The functions are the same for as long as the chat and the room are, so they may stand in
 * lists of dependencies. A change made when no hook shows the room opens it until the change is done.
 */
export type RoomActions = Pick<
  RoomSession,
  'send' | 'edit' | 'remove' | 'retry' | 'discard' | 'loadOlder' | 'reopen' | 'typed'
>;
