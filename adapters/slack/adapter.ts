import type { ChannelAdapter, Host } from '../../src/core/channel.ts';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { createAnswers } from './answers.ts';
import { capabilities } from './capabilities.ts';
import { createClient } from './client.ts';
import type { SlackConfig } from './config.ts';
import { createHealth, type Health } from './health.ts';
import { platform } from './inbound.ts';
import { edit, find, type Outbound, post, remove } from './outbound.ts';
import { receiving } from './receiving.ts';
import { createStatus } from './status.ts';
import { createStreams } from './streams.ts';

export interface SlackDeps {
  readonly config: SlackConfig;
  /** The platform in its addresses; unset: `slack`. */
  readonly id?: string;
  /** How people reach the process's HTTP server. */
  readonly publicUrl: string;
  /** Unset: the system's. */
  readonly clock?: Clock;
}

interface State {
  host: Host | undefined;
  health: Health | undefined;
}

/** Slack through Bolt: threads in channels, direct messages, modals, and a slash command. */
export function createSlackAdapter(deps: SlackDeps): ChannelAdapter {
  const { config, clock = systemClock } = deps;
  const state: State = { host: undefined, health: undefined };
  const client = createClient(config.botToken, { apiUrl: config.apiUrl });
  const called = (error?: unknown) => state.health?.called(error);
  const answers = createAnswers({ client, called });
  const status = createStatus(client);
  const streams = createStreams({ client, now: clock.now });
  const out = (): Outbound => ({ client, streams, documents: state.host?.documents, now: clock.now, called });
  return {
    id: deps.id ?? platform,
    capabilities,
    async run(host, signal) {
      const health = createHealth(host);
      Object.assign(state, { host, health });
      await receiving({ ...deps, clock, client, answers, health, streams }, host, signal);
    },
    post: (address, message, key) => post(out(), address, message, key),
    edit: (address, id, message) => edit(out(), address, id, message),
    remove: (address, id) => remove(out(), address, id),
    find: (address, key) => find(out(), address, key),
    whisper: (event, text) => answers.whisper(event, text),
    showTyping: (address) => status.show(address),
  };
}
