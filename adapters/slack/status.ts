import type { ThreadAddress } from '../../src/core/channel.ts';
import type { Client } from './client.ts';
import { channelError, wordOf } from './failures.ts';
import { main } from './inbound.ts';

/** The line under a thread that says that we are at it. Slack takes it away with our next message. */
export interface Status {
  show(address: ThreadAddress): Promise<void>;
}

const line = 'is on it …';

/** A workspace or an app that does not have the line says so once; then it is not asked again. */
const without = new Set([
  'missing_scope',
  'unknown_method',
  'not_allowed_token_type',
  'method_deprecated',
  'feature_not_enabled',
]);

export function createStatus(client: Client): Status {
  const state = { available: true };
  return {
    async show({ channel, thread }) {
      if (!state.available || thread === main) return;
      try {
        await client.assistant.threads.setStatus({ channel_id: channel, thread_ts: thread, status: line });
      } catch (error) {
        if (!without.has(wordOf(error) ?? '')) throw channelError(error);
        state.available = false;
      }
    },
  };
}
