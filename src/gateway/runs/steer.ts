import { UserError } from '../../core/errors.ts';
import { noInbox, type PromptId } from '../../core/ids.ts';
import type { PromptRow } from '../../store/types.ts';
import type { Shard } from '../shard.ts';
import type { Sessions } from './session-loops.ts';

/** What joins a run shares its fate, so it must be one that the server has and that nobody ends. */
async function mustTakeMore({ store }: Shard, running: PromptId, joining: PromptId): Promise<void> {
  const head = await store.prompts.byId(running);
  if ((await store.prompts.byId(joining))?.joins === running) return;
  if (head?.state === 'stopping') throw new UserError('The agent is being stopped; your message is next.');
  if (head?.state === 'sent')
    throw new UserError('The agent server has not taken the message before yours yet; yours is next.');
}

/** Steering: sent into the run on purpose, so one answer covers both. The session's loop sends it. */
export async function steerPrompt(
  { shard, sessions }: { readonly shard: Shard; readonly sessions: Sessions },
  prompt: PromptRow,
): Promise<undefined> {
  const { store, lease, settings } = shard;
  const running = sessions.running(prompt.session);
  const session = await store.sessions.byId(prompt.session);
  if (running === undefined || session?.serverSession === undefined)
    throw new UserError('Nothing runs in this thread now; your message is next anyway.');
  await mustTakeMore(shard, running, prompt.id);
  const messageId = settings.ids.message(
    session.serverSession,
    prompt.pieces[0]?.inbox ?? noInbox,
    prompt.createdAt,
  );
  const fresh = await store.prompts.markSent(lease, prompt.id, messageId, running);
  const sent = await store.prompts.byId(prompt.id);
  if (!fresh && sent?.joins === undefined) throw new UserError('It had already been sent to the agent.');
  sessions.wake(prompt.session);
}
