/** What of the words in a thread of ours is for the agent. Pure. */
import type { MessageEvent } from '../../core/channel.ts';

/** How a thread is set: what it listens to, and until when it is muted, epoch milliseconds. */
interface Listening {
  readonly listen: 'all' | 'mentions';
  readonly mutedUntil: number | undefined;
}

/** Why it is not, as half a sentence after "Not answered: "; undefined: it is. `now`: epoch milliseconds. */
export function notForUs(
  { listen, mutedUntil }: Listening,
  { addressed, toOthers }: Pick<MessageEvent, 'addressed' | 'toOthers'>,
  now: number,
): string | undefined {
  if (addressed) return undefined;
  if (mutedUntil !== undefined && mutedUntil > now)
    return 'this thread is muted, so only what mentions the bot is for the agent; `!mute off` ends it';
  if (listen === 'mentions')
    return 'in this thread only what mentions the bot is for the agent; `!listen all` changes it';
  return toOthers === true ? 'it was said to somebody else, and did not mention the bot' : undefined;
}

const unitsMs: Readonly<Record<string, number>> = {
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 24 * 3_600_000,
};

/** Longest time that a thread is muted for, milliseconds: whoever forgets it gets the agent back. */
export const longestMuteMs = 30 * 24 * 3_600_000;

/** `30m`, `2 h`, `1d`: milliseconds; undefined: it is no such time, or none within what is allowed. */
export function muteMs(text: string): number | undefined {
  const [, count = '', unit = ''] = /^(\d{1,5})\s*(m|min|h|d)$/i.exec(text.trim()) ?? [];
  const ms = Number(count) * (unitsMs[unit.toLowerCase()] ?? 0);
  return ms > 0 && ms <= longestMuteMs ? ms : undefined;
}
