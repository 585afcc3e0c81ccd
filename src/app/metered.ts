import type { ChannelAdapter } from '../core/channel.ts';
import { ChannelError } from '../core/errors.ts';
import type { Metrics } from '../lib/metrics.ts';
import type { OpenCodeAgent } from '../opencode/dialect.ts';

/** The adapter, with its calls to the platform counted. */
export function meterAdapter(adapter: ChannelAdapter, metrics: Metrics): ChannelAdapter {
  const count = async <T>(call: 'post' | 'edit' | 'remove', made: Promise<T>): Promise<T> => {
    try {
      const result = await made;
      metrics.shown(adapter.id, call, 'ok');
      return result;
    } catch (error) {
      const reason = error instanceof ChannelError ? error.failure.reason : 'bug';
      metrics.shown(adapter.id, call, reason);
      if (reason === 'rate-limited') metrics.rateLimited(adapter.id);
      throw error;
    }
  };
  const { remove, upload } = adapter;
  return {
    ...adapter,
    post: (address, message, key) => count('post', adapter.post(address, message, key)),
    edit: (address, id, message) => count('edit', adapter.edit(address, id, message)),
    ...(upload === undefined
      ? {}
      : { upload: (address, file, key) => count('post', upload(address, file, key)) }),
    ...(remove === undefined ? {} : { remove: (address, id) => count('remove', remove(address, id)) }),
  };
}

/** The agent, with its prompts timed and its unknown events counted at each scrape. */
export function meterAgent(agent: OpenCodeAgent, metrics: Metrics): OpenCodeAgent {
  metrics.beforeScrape(async () => {
    for (const [type, total] of agent.ignored()) metrics.unknownAgentEvents(agent.server, type, total);
  });
  return {
    ...agent,
    async prompt(call) {
      const startedAt = performance.now();
      await agent.prompt(call);
      metrics.promptSent(agent.server, performance.now() - startedAt);
    },
  };
}
