/** Prompts and titles from the agent server's other users: what they write there is shown in our threads. */
import type { AgentEvent } from '../../core/agent.ts';
import type { Author } from '../../core/channel.ts';
import type { ServerName } from '../../core/ids.ts';
import { createMailbox } from '../../lib/mailbox.ts';
import type { Shard } from '../shard.ts';
import type { Sessions } from './session-loops.ts';

/**
 * What others do at the agent server itself: a prompt becomes a turn in the thread that is bound to the session, and
 * a session that gets another title there has it here too.
 */
export interface OutsidePrompts {
  onEvent(event: AgentEvent): void;
  /** Works until aborted. */
  run(signal: AbortSignal): Promise<void>;
}

type Seen = AgentEvent & { readonly type: 'prompt-seen' };
type Renamed = AgentEvent & { readonly type: 'session-renamed' };

/** The mailbox wakes by itself; this only bounds a wait, milliseconds. */
const waitMs = 60_000;

export function createOutsidePrompts(shard: Shard, sessions: Sessions): OutsidePrompts {
  const mailbox = createMailbox<Seen | Renamed>(shard.clock);
  return {
    onEvent(event) {
      if (event.type === 'prompt-seen' || event.type === 'session-renamed') mailbox.push(event);
    },
    async run(signal) {
      while (!signal.aborted) {
        const event = await mailbox.next(waitMs, signal);
        if (event?.type === 'prompt-seen') await adopt(shard, sessions, event);
        else if (event !== undefined) await rename(shard, event);
      }
    },
  };
}

/** Our own prompts are stored before they are sent, so an unknown message is somebody else's. */
async function adopt({ store, lease, log }: Shard, sessions: Sessions, event: Seen): Promise<void> {
  const { session, message: messageId, text } = event;
  if ((await store.prompts.byMessageId(messageId)) !== undefined) return;
  const row = await store.sessions.bySession(lease.name, session);
  const [thread] = row === undefined ? [] : await store.threads.bySession(row.id);
  if (row === undefined || thread === undefined) return;
  const joins = sessions.running(row.id);
  const prompt = { session: row.id, thread: thread.id, author: stranger(lease.name), messageId, text, joins };
  const { id } = await store.prompts.adopt(lease, prompt);
  log.info({ prompt: id, session }, 'a prompt was written at the agent server');
  sessions.wake(row.id);
}

async function rename({ store, lease }: Shard, { session, title }: Renamed): Promise<void> {
  const row = await store.sessions.bySession(lease.name, session);
  if (row !== undefined && row.title !== title) await store.sessions.rename(lease, row.id, title);
}

function stranger(server: ServerName): Author {
  return { id: `server:${server}`, name: 'somebody at the agent server' };
}
