export { bans } from './bans-table.ts';
export { communityChat } from './community-chat-table.ts';
export { folkmootSchema } from './folkmoot-schema.ts';
export { nodes } from './nodes-table.ts';
export { roomEvents } from './room-events-table.ts';
export { roomPresence } from './room-presence-table.ts';
export { rooms } from './rooms-table.ts';
export { roomAuthorDays, roomAuthors, roomDays, roomHours } from './stats-tables.ts';
export { users } from './users-table.ts';
