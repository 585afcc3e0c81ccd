import type { ChannelAdapter } from '../../src/core/channel.ts';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { capabilities } from './capabilities.ts';
import { createClient } from './client.ts';
import type { SlackConfig } from './config.ts';
import { createHealth, type Health } from './health.ts';
import { platform } from './inbound.ts';
import { outward, type Standing } from './outward.ts';
import { type Known, receiving } from './run.ts';
import { createBirths } from './stream-starts.ts';
import { createStreams } from './streams.ts';
import { createAnswers } from './whisper.ts';

export interface SlackDeps {
  readonly config: SlackConfig;
  /** The platform in its addresses; unset: `slack`. */
  readonly id?: string;
  /** How people reach the process's HTTP server. */
  readonly publicUrl: string;
  /** Unset: the system's. */
  readonly clock?: Clock;
}

interface State extends Standing {
  health: Health | undefined;
}

/** Slack through Bolt: threads in channels, direct messages, modals, files, and a slash command. */
export function createSlackAdapter(deps: SlackDeps): ChannelAdapter {
  const { config, clock = systemClock, id: adapter = platform } = deps;
  const state: State = { host: undefined, health: undefined, births: undefined, known: undefined };
  const client = createClient(config.botToken, config);
  const called = (error?: unknown) => state.health?.called(error);
  const answers = createAnswers({ client, called });
  const streams = createStreams({ client, now: clock.now });
  const receiver = { ...deps, adapter, clock, client, answers, streams };
  return {
    id: adapter,
    capabilities,
    async run(host, signal) {
      const health = createHealth(host);
      const births = createBirths({ client, documents: host.documents, now: clock.now });
      Object.assign(state, { host, health, births });
      const introduce = (known: Known) => void Object.assign(state, { known });
      await receiving({ ...receiver, health, births, introduce }, host, signal);
    },
    ...outward({ client, config, clock, streams, state, called }),
    whisper: (event, text) => answers.whisper(event, text),
  };
}
