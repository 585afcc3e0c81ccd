import type { ReasonRow } from '../../store/types.ts';
import type { Command } from './command.ts';

export const why: Command = {
  name: 'why',
  description: 'Why a message was not answered: as a reply to it, or for the last one in this thread',
  right: 'view',
  async run({ shard, notices }, { row, replyTo }) {
    const found = await shard.store.reasons.find(row.thread.id, replyTo);
    // Said, not thrown: a refusal would be the next reason of this thread.
    await notices.say(row, found === undefined ? noneOf(replyTo) : sentenceOf(found));
  },
};

function sentenceOf({ reason, at, reference }: ReasonRow): string {
  return `Not answered: ${reason}. (${new Date(at).toTimeString().slice(0, 8)}, ref ${reference})`;
}

function noneOf(message: string | undefined): string {
  return message === undefined
    ? 'Nothing in this thread was left unanswered in the last 7 days.'
    : 'No reason is recorded for that message: it was answered, it never reached us, or it is older than 7 days.';
}
