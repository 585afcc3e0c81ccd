import { UserError } from '../../core/errors.ts';
import { serverMessageId } from '../../core/ids.ts';
import type { Past } from '../../core/library.ts';
import type { Command } from './command.ts';
import { decideOnce } from './decide-once.ts';
import { pastOf } from './past.ts';
import { tellOthers } from './tell-others.ts';
import { quietThreadOf } from './thread-state.ts';
import { excerptOf, wordsIn } from './undo.ts';

export const redo: Command = {
  name: 'redo',
  description: 'Bring back what was taken back last, files included',
  right: 'settings',
  async run(deps, { row }) {
    const { shard, notices } = deps;
    const { place, ref } = await quietThreadOf(shard, row);
    const { history } = shard.agent;
    const past = await pastOf(shard, ref);
    const [back = '', next = ''] = (await decideOnce(shard, row, () => stepOf(past))).split(' ');
    if (next === '') await history.unrevert(ref);
    else await history.revert(ref, serverMessageId(next));
    const text = await wordsIn(shard, past, serverMessageId(back));
    const more = next === '' ? '' : ' More is still taken back; `!redo` brings back the next.';
    await tellOthers(
      deps,
      row,
      place.others,
      (who) => `${who} brought back "${excerptOf(text)}" and the answer to it.`,
    );
    await notices.say(
      row,
      `Brought back: "${excerptOf(text)}" and the answer to it, with its changes to files.${more}`,
    );
  },
};

/** What comes back, and the first that stays taken back, where there is one. */
function stepOf({ prompts, reverted }: Past): string {
  if (reverted === undefined)
    throw new UserError('Nothing is taken back, so there was nothing to bring back.');
  const next = prompts[prompts.findIndex(({ id }) => id === reverted) + 1];
  return next === undefined ? reverted : `${reverted} ${next.id}`;
}
