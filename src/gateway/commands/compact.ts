import type { SessionRef } from '../../core/agent.ts';
import { AgentRefusedError, AgentUnavailableError, FencedOutError } from '../../core/errors.ts';
import { escaped } from '../../render/plain.ts';
import { sentences } from '../../render/sentences.ts';
import type { InboxRow } from '../../store/types.ts';
import type { Command, CommandDeps } from './command.ts';
import { quietThreadOf, type ThreadState } from './thread-state.ts';

export const compact: Command = {
  name: 'compact',
  description: 'Summarise the conversation so far, to make room for more',
  right: 'settings',
  async run(deps, { row }) {
    const { shard, notices } = deps;
    const { place, ref } = await quietThreadOf(shard, row);
    await notices.say(row, 'Summarising the conversation so far; it is said here when that is done.');
    // Takes as long as an answer; nobody's event waits for it.
    void summarise(deps, row, place, ref).catch((error: unknown) => {
      if (!(error instanceof FencedOutError))
        shard.log.error({ inbox: row.id, error }, 'the end of a summary could not be told');
    });
  },
};

async function summarise(
  { shard, notices }: CommandDeps,
  { id }: InboxRow,
  { thread, project, others }: ThreadState,
  ref: SessionRef,
): Promise<void> {
  const model = thread.model ?? project.model;
  const { done, sentence } = await outcomeOf(shard.agent.library.compact(ref, model));
  if (done) for (const other of others) await notices.mention(other, `compact-${id}`, sentence);
  await notices.tell(thread, `compact-${id}`, sentence);
}

interface Outcome {
  readonly done: boolean;
  readonly sentence: string;
}

async function outcomeOf(summary: Promise<void>): Promise<Outcome> {
  try {
    await summary;
    return { done: true, sentence: sentences.compacted };
  } catch (error) {
    if (error instanceof AgentUnavailableError)
      return {
        done: false,
        sentence:
          'The agent server stopped answering while it summarised. Look with `!status`, and say `!compact` again when it is back.',
      };
    if (error instanceof AgentRefusedError)
      return { done: false, sentence: `The conversation was not summarised. ${escaped(error.message)}` };
    throw error;
  }
}
