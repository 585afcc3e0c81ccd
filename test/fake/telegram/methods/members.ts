import type { Method } from './call.ts';
import { openRoomOf } from './places.ts';

/** Of the bot itself only: nothing else is asked. */
export const getChatMember: Method = (call) => {
  const { bot } = openRoomOf(call);
  const status = bot === 'blocked' || bot === 'never' ? 'left' : bot;
  return { status, user: call.world.me };
};
