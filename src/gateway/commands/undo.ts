/** `undo`: takes the last message and its changes back, at the server. */
import type { FileChanges } from '../../core/agent.ts';
import { clip } from '../../core/clip.ts';
import { UserError } from '../../core/errors.ts';
import { type ServerMessageId, serverMessageId } from '../../core/ids.ts';
import type { Past } from '../../core/library.ts';
import { counted } from '../../render/amounts.ts';
import { escaped } from '../../render/plain.ts';
import { pieceWords } from '../policy/words.ts';
import type { Shard } from '../shard.ts';
import type { Command } from './command.ts';
import { decideOnce } from './decide-once.ts';
import { pastOf } from './past.ts';
import { tellOthers } from './tell-others.ts';
import { quietThreadOf } from './thread-state.ts';

export const undo: Command = {
  name: 'undo',
  description: 'Take back the last message, the answer to it, and what it changed in files',
  right: 'settings',
  async run(deps, { row }) {
    const { shard, notices } = deps;
    const { place, ref } = await quietThreadOf(shard, row);
    const past = await pastOf(shard, ref);
    const target = serverMessageId(await decideOnce(shard, row, () => lastOf(past)));
    const changes = await shard.agent.diff(ref, target);
    await shard.agent.history.revert(ref, target);
    const text = await wordsIn(shard, past, target);
    await tellOthers(
      deps,
      row,
      place.others,
      (who) => `${who} took back "${excerptOf(text)}" and the answer to it; ${filesOf(changes)}.`,
    );
    await notices.say(
      row,
      `Taken back: "${excerptOf(text)}" and the answer to it; ${filesOf(changes)}. \`!redo\` brings it back, the next message makes it final.`,
    );
  },
};

function lastOf({ prompts, reverted }: Past): ServerMessageId {
  const end = reverted === undefined ? prompts.length : prompts.findIndex(({ id }) => id === reverted);
  const last = prompts[end - 1];
  if (last === undefined) throw new UserError('There is no message left to take back.');
  return last.id;
}

function filesOf({ files, added, removed }: FileChanges): string {
  return files === 0
    ? 'no file had changed'
    : `${counted(files, 'file')} went back to what was there before (+${added} −${removed} undone)`;
}

/** What a person said, without what the agent is told around it; of a prompt that is not ours, all of it. */
export async function wordsIn(
  { store }: Shard,
  { prompts }: Past,
  message: ServerMessageId,
): Promise<string> {
  const own = await store.prompts.byMessageId(message);
  if (own !== undefined) return own.pieces.map(pieceWords).join(' ');
  return prompts.find(({ id }) => id === message)?.text ?? '';
}

export function excerptOf(text: string): string {
  return escaped(clip(text.replace(/\s+/g, ' ').trim(), 80));
}
