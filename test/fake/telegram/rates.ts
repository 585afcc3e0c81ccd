import type { Room } from './chats.ts';
import { tooMany } from './refusal.ts';

/** Calls that count; signs of life, drafts and answers to presses do not. */
const counted = /^(send(Message|RichMessage|Document|Photo)|edit\w+|deleteMessage)$/;

/** facts: platforms §4.4. `burst`: how many may come at once. */
const perChat = { burst: 10, perSecond: 1 };
const perGroup = { calls: 20, windowMs: 60_000 };
const perBot = { calls: 30, windowMs: 1000 };

export interface Rates {
  /** Off: nothing is counted. */
  on: boolean;
  /** Throws 429 where a limit is reached. */
  count(method: string, room: Room): void;
}

export function createRates(now: () => number): Rates {
  const calls = new Map<string, number[]>();
  const buckets = new Map<number, { tokens: number; at: number }>();
  const window = (key: string, most: number, windowMs: number) => {
    const recent = (calls.get(key) ?? []).filter((at) => now() - at < windowMs);
    const [first = now()] = recent;
    if (recent.length >= most) throw tooMany(Math.max(1, Math.ceil((first + windowMs - now()) / 1000)));
    calls.set(key, [...recent, now()]);
  };
  const bucket = (chat: number) => {
    const { tokens, at } = buckets.get(chat) ?? { tokens: perChat.burst, at: now() };
    const left = Math.min(perChat.burst, tokens + ((now() - at) / 1000) * perChat.perSecond);
    if (left < 1) throw tooMany(Math.max(1, Math.ceil((1 - left) / perChat.perSecond)));
    buckets.set(chat, { tokens: left - 1, at: now() });
  };
  return {
    on: false,
    count(method, room) {
      if (!this.on || !counted.test(method)) return;
      window('bot', perBot.calls, perBot.windowMs);
      if (room.type !== 'private') window(`group ${room.id}`, perGroup.calls, perGroup.windowMs);
      bucket(room.id);
    },
  };
}
