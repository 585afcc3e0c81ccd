import { UserError } from '../../core/errors.ts';
import { duration } from '../../render/amounts.ts';
import { longestMuteMs, muteMs } from '../policy/listening.ts';
import type { Command } from './command.ts';

const usage = `Say for how long, at most ${duration(longestMuteMs)}: \`!mute 30m\`, \`!mute 2h\`, \`!mute 1d\`; \`!mute off\` ends it.`;

/** Always with an end: a thread that was muted and forgotten would look broken. */
export const mute: Command = {
  name: 'mute',
  argument: '[time | off]',
  description: 'For a time only what mentions the bot is for the agent here',
  right: 'settings',
  async run({ shard, notices }, { row, text }) {
    const { store, lease, clock } = shard;
    const wish = text.trim().toLowerCase();
    const set = (mutedUntil: number | undefined) =>
      store.threads.configure(lease, row.thread.id, { mutedUntil });
    if (wish === '') {
      const left = (row.thread.mutedUntil ?? 0) - clock.now();
      return notices.say(row, left > 0 ? `Muted for another ${duration(left)}. ${usage}` : usage);
    }
    if (wish === 'off') {
      await set(undefined);
      return notices.say(row, 'This thread is not muted any more.');
    }
    const ms = muteMs(wish);
    if (ms === undefined) throw new UserError(usage);
    await set(clock.now() + ms);
    return notices.say(
      row,
      `Muted for ${duration(ms)}: only what mentions me is for the agent. \`!mute off\` ends it.`,
    );
  },
};
