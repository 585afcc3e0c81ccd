/**
 * What others do at the agent server itself. Every run of a session that a thread shows is a turn there, whoever began
 * it: heard live, or found when we look again. A note that nobody answers is no prompt.
 */
import type { AgentEvent } from '../../core/agent.ts';
import { isAgentError } from '../../core/errors.ts';
import type { PromptId } from '../../core/ids.ts';
import { isOver } from '../../core/prompt.ts';
import type { Begun } from '../../core/session.ts';
import { createMailbox } from '../../lib/mailbox.ts';
import type { SessionRow } from '../../store/types.ts';
import type { Shard } from '../shard.ts';
import { takeIn } from './missed-runs.ts';
import type { Sessions } from './session-loops.ts';

export interface OutsidePrompts {
  onEvent(event: AgentEvent): void;
  /** Works until aborted. */
  run(signal: AbortSignal): Promise<void>;
}

type Heard =
  | (Extract<AgentEvent, { readonly type: 'run-seen' }> & { readonly joins: PromptId | undefined })
  | Extract<AgentEvent, { readonly type: 'session-renamed' | 'stream-opened' }>;

/** The mailbox wakes by itself; this only bounds a wait, milliseconds. */
const waitMs = 60_000;

export function createOutsidePrompts(shard: Shard, sessions: Sessions): OutsidePrompts {
  const mailbox = createMailbox<Heard>(shard.clock);
  return {
    onEvent(event) {
      // What it joins is known now, and may be over when it is taken in.
      if (event.type === 'run-seen') mailbox.push({ ...event, joins: sessions.runningIn(event.session) });
      else if (event.type === 'session-renamed' || event.type === 'stream-opened') mailbox.push(event);
    },
    async run(signal) {
      while (!signal.aborted) {
        const event = await mailbox.next(waitMs, signal);
        if (event?.type === 'run-seen') await adopt(shard, sessions, event);
        else if (event?.type === 'session-renamed') await rename(shard, event);
        else if (event?.type === 'stream-opened') await lookEverywhere(shard, sessions, signal);
      }
    },
  };
}

/** Our own prompts are stored before they are sent, so an unknown message is somebody else's. */
async function adopt(
  shard: Shard,
  sessions: Sessions,
  { session, joins, ...begun }: Extract<Heard, { readonly type: 'run-seen' }>,
): Promise<void> {
  const { store, lease } = shard;
  if ((await store.prompts.byMessageId(begun.message)) !== undefined) return;
  const row = await store.sessions.bySession(lease.name, session);
  if (row === undefined) return;
  // Only a look tells what was said.
  if (begun.text === undefined && joins === undefined) return sessions.look(row.id);
  if (joins !== undefined && !(await isTold(shard, begun, joins))) return;
  await takeIn(shard, row, begun, joins);
  sessions.wake(row.id);
}

/** What a program says into a run is a part of it; and what is over already shows its answer. */
async function isTold({ store }: Shard, { byProgram, text }: Begun, joins: PromptId): Promise<boolean> {
  const head = byProgram || text === undefined ? undefined : await store.prompts.byId(joins);
  return head !== undefined && !isOver(head);
}

/** The stream begins: whatever was done while nobody listened. Sessions that were not touched since cost nothing. */
async function lookEverywhere(shard: Shard, sessions: Sessions, signal: AbortSignal): Promise<void> {
  const { store, lease, log } = shard;
  const rows = Map.groupBy(await store.sessions.shown(lease.name), ({ directory }) => directory);
  for (const [directory, shown] of rows) {
    try {
      const touched = await touchedOf(shard, directory, shown);
      if (!signal.aborted) for (const { id } of touched) sessions.look(id);
    } catch (error) {
      if (!isAgentError(error)) throw error;
      log.warn({ directory, error: error.message }, 'what was done meanwhile could not be read');
    }
  }
}

/** Those of the sessions that were changed since they were last looked at. One that is not listed may have been. */
async function touchedOf(
  { agent }: Shard,
  directory: string,
  shown: readonly SessionRow[],
): Promise<readonly SessionRow[]> {
  const there = new Map((await agent.library.list(directory)).map((info) => [info.id, info.updatedAt]));
  return shown.filter(({ serverSession, seenAt = 0 }) => {
    const touchedAt = serverSession === undefined ? undefined : there.get(serverSession);
    return touchedAt === undefined || touchedAt > seenAt;
  });
}

async function rename(
  { store, lease }: Shard,
  { session, title }: Extract<Heard, { readonly type: 'session-renamed' }>,
): Promise<void> {
  const row = await store.sessions.bySession(lease.name, session);
  if (row !== undefined && row.title !== title) await store.sessions.rename(lease, row.id, title);
}
