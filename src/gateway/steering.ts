import { UserError } from '../core/errors.ts';
import type { PromptRow } from '../store/types.ts';
import { sendPrompt } from './sending.ts';
import type { Sessions } from './sessions.ts';
import type { Shard } from './shard.ts';

/** Steering: sent into the run on purpose, so one answer covers both. */
export async function steer(
  { shard, sessions }: { readonly shard: Shard; readonly sessions: Sessions },
  prompt: PromptRow,
): Promise<undefined> {
  const { store, lease, settings } = shard;
  const running = sessions.running(prompt.session);
  const session = await store.sessions.byId(prompt.session);
  if (running === undefined || session?.session === undefined)
    throw new UserError('Nothing runs in this thread now; your message is next anyway.');
  const messageId = settings.ids.message(session.session, prompt.pieces[0]?.inbox ?? 0, prompt.createdAt);
  const fresh = await store.prompts.markSent(lease, prompt.id, messageId, running);
  const sent = await store.prompts.byId(prompt.id);
  if (!fresh && sent?.joins === undefined) throw new UserError('It had already been sent to the agent.');
  sessions.wake(prompt.session);
  if (sent !== undefined)
    await sendPrompt(shard, { session: session.session, directory: session.directory }, sent);
}
