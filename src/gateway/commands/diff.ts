import { UserError } from '../../core/errors.ts';
import { showChanges } from '../outbound/diffs.ts';
import type { Command } from './command.ts';
import { pastOf } from './past.ts';
import { refOf, threadStateOf } from './thread-state.ts';

export const diff: Command = {
  name: 'diff',
  description: 'What the last turn changed in files',
  right: 'view',
  async run(deps, { row }) {
    const { shard } = deps;
    const place = await threadStateOf(shard, row);
    const ref = refOf(place);
    const { prompts, reverted } = await pastOf(shard, ref);
    const end = reverted === undefined ? prompts.length : prompts.findIndex(({ id }) => id === reverted);
    const last = prompts[end - 1];
    const changes = last === undefined ? undefined : await shard.agent.diff(ref, last.id);
    if (changes === undefined || changes.patch.trim() === '')
      throw new UserError('The last turn changed no files.');
    await showChanges(deps, row, changes, place.session?.title ?? '');
  },
};
