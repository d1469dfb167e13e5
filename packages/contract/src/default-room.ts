/** The room that every procedure means when none is named. A file of its own, so that pages load no schemas for it. */
export const defaultRoom = 'main-chat';
