/** Calls per minute and method, as the platform counts them: 429 with whole seconds to wait. */
import type { Clock } from '../../../src/lib/clock.ts';

const tier2 = 20;
const tier3 = 50;
const tier4 = 100;

const perMinute: Readonly<Record<string, number>> = {
  'chat.update': tier3,
  'chat.delete': tier3,
  'conversations.replies': tier3,
  'conversations.history': tier3,
  'conversations.info': tier3,
  'chat.postEphemeral': tier4,
  'chat.appendStream': tier4,
  'views.open': tier4,
  'users.info': tier4,
  'files.info': tier4,
  'files.getUploadURLExternal': tier4,
  'files.completeUploadExternal': tier4,
  'reactions.add': tier3,
  'agents.sessions.setStatus': tier3,
  'agents.sessions.rename': tier3,
  'usergroups.list': tier2,
  'chat.startStream': tier2,
  'chat.stopStream': tier2,
  'assistant.threads.setStatus': 600,
};

/** Posts to one channel: one a second, with room for a burst. */
const burst = 30;

export interface Limits {
  /** Seconds to wait; undefined: the call may go. */
  check(method: string, channel: string): number | undefined;
}

export function createLimits(clock: Clock): Limits {
  const calls = new Map<string, number[]>();
  return {
    check(method, channel) {
      const post = method === 'chat.postMessage';
      const limit = post ? burst : perMinute[method];
      if (limit === undefined) return undefined;
      const windowMs = post ? burst * 1000 : 60_000;
      const key = post ? `${method} ${channel}` : method;
      const now = clock.now();
      const recent = (calls.get(key) ?? []).filter((at) => at > now - windowMs);
      const oldest = recent[recent.length - limit];
      if (oldest !== undefined) return Math.max(1, Math.ceil((oldest + windowMs - now) / 1000));
      calls.set(key, [...recent, now]);
      return undefined;
    },
  };
}
