import type { SessionRef } from '../../core/agent.ts';
import { AgentRefusedError, AgentUnavailableError, FencedOutError } from '../../core/errors.ts';
import { escaped } from '../../render/plain.ts';
import type { InboxRow } from '../../store/types.ts';
import type { Command, CommandDeps } from './command.ts';
import { demandQuiet, placeOf, refOf } from './place.ts';

export const compact: Command = {
  name: 'compact',
  description: 'Summarise the conversation so far, to make room for more',
  right: 'settings',
  async run(deps, { row }) {
    const { shard, speech } = deps;
    const place = await placeOf(shard, row);
    const ref = refOf(place);
    demandQuiet(place);
    await speech.say(row, 'Summarising the conversation so far; it is said here when that is done.');
    // Takes as long as an answer; nobody's event waits for it.
    void summarise(deps, row, ref, place.thread.model ?? place.project.model).catch((error: unknown) => {
      if (!(error instanceof FencedOutError))
        shard.log.error({ inbox: row.id, error }, 'the end of a summary could not be told');
    });
  },
};

async function summarise(
  { shard, speech }: CommandDeps,
  { id, thread }: InboxRow,
  ref: SessionRef,
  model: string | undefined,
): Promise<void> {
  await speech.tell(thread, `compact-${id}`, await outcomeOf(shard.agent.library.compact(ref, model)));
}

async function outcomeOf(summary: Promise<void>): Promise<string> {
  try {
    await summary;
    return 'The conversation was summarised to make room; nothing was lost in this thread.';
  } catch (error) {
    if (error instanceof AgentUnavailableError)
      return 'The agent server stopped answering while it summarised. Look with `!status`, and say `!compact` again when it is back.';
    if (error instanceof AgentRefusedError)
      return `The conversation was not summarised. ${escaped(error.message)}`;
    throw error;
  }
}
