import { UserError } from '../../core/errors.ts';
import { diffText } from '../diffs.ts';
import type { Command } from './command.ts';
import { placeOf, refOf } from './place.ts';

export const diff: Command = {
  name: 'diff',
  description: 'What the last turn changed in files',
  right: 'view',
  async run({ shard, speech }, { row }) {
    const place = await placeOf(shard, row);
    const ref = refOf(place);
    const { prompts, reverted } = await shard.agent.history.read(ref);
    const end = reverted === undefined ? prompts.length : prompts.findIndex(({ id }) => id === reverted);
    const last = prompts[end - 1];
    const patch = last === undefined ? '' : (await shard.agent.diff(ref, last.id)).patch;
    if (patch.trim() === '') throw new UserError('The last turn changed no files.');
    await speech.say(row, diffText(shard, place.thread, patch));
  },
};
