/**
 * Slack's own session of an agent, where the app is declared as one: a state that everybody sees, Slack's own Stop while
 * it works, and a title by which the thread is found again. An app that is no agent, and a workspace without it, go on
 * without: then a line under the thread says that the agent works.
 */
import type { HostLog, ThreadAddress } from '../../src/core/channel.ts';
import type { Client } from './client.ts';
import { channelError, wordOf } from './failures.ts';
import { main } from './inbound.ts';

/** `suspended`: it waits for people. `active`: it is at rest, and can be asked again. */
export type AgentState = 'processing' | 'suspended' | 'active';

export interface AgentSessions {
  /** False: there is no such session here. Rejects where that cannot be said now. */
  show(address: ThreadAddress, state: AgentState): Promise<boolean>;
  /** Gives the session this name, where it has one. Rejects where that cannot be done now. */
  entitle(address: ThreadAddress, title: string): Promise<void>;
}

export interface AgentSessionsDeps {
  readonly client: Client;
  readonly log: HostLog;
  now(): number;
}

/** What Slack refuses is asked for again after this time: an app may become an agent, milliseconds. */
const againMs = 60 * 60_000;
/** Slack's own word for an app that would not hear its Stop. */
const deafness = 'missing_agent_session_stopped_event_subscription';

interface State extends AgentSessionsDeps {
  notBefore: number;
  warned: boolean;
}

export function createAgentSessions(deps: AgentSessionsDeps): AgentSessions {
  const state: State = { ...deps, notBefore: 0, warned: false };
  return {
    show: (address, status) =>
      attempt(state, address, async (place) => {
        const answer = await deps.client.agents.sessions.setStatus({ ...place, status });
        warn(state, [answer.warning, ...(answer.response_metadata?.warnings ?? [])]);
      }),
    async entitle(address, title) {
      await attempt(state, address, (place) => deps.client.agents.sessions.rename({ ...place, title }));
    },
  };
}

async function attempt(
  state: State,
  { channel, thread }: ThreadAddress,
  call: (place: { readonly channel_id: string; readonly thread_ts: string }) => Promise<unknown>,
): Promise<boolean> {
  if (thread === main || state.now() < state.notBefore) return false;
  try {
    await call({ channel_id: channel, thread_ts: thread });
    return true;
  } catch (error) {
    const failed = channelError(error);
    const { reason } = failed.failure;
    if (wordOf(error) === undefined || reason === 'rate-limited' || reason === 'unavailable') throw failed;
    // Of this place only, or of the whole app, in whichever words.
    if (reason !== 'gone') state.notBefore = state.now() + againMs;
    return false;
  }
}

function warn(state: State, warnings: readonly (string | undefined)[]): void {
  if (state.warned || !warnings.some((one) => one?.includes(deafness) === true)) return;
  state.warned = true;
  state.log.warn(
    { event: 'agent_session_stopped' },
    'Slack shows no Stop of its own, since the app is not subscribed to the event',
  );
}
