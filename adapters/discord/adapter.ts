import type { ChannelAdapter, Host } from '../../src/core/channel.ts';
import { ChannelError } from '../../src/core/errors.ts';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { platform } from './address.ts';
import { capabilities } from './capabilities.ts';
import { createCall } from './client.ts';
import type { DiscordConfig } from './config.ts';
import { problems } from './login.ts';
import { createMemory, type Memory } from './memory.ts';
import { edit, post, remove, type Sender, showTyping } from './outbound.ts';
import { receive } from './receiving.ts';
import { endThinking, whisper } from './whispers.ts';

export interface DiscordDeps {
  readonly config: DiscordConfig;
  /** The platform in its addresses; unset: `discord`. */
  readonly id?: string;
  readonly clock?: Clock;
}

/** Discord by its gateway and its REST API: one process for each bot token. */
export function createDiscordAdapter({
  config,
  id = platform,
  clock = systemClock,
}: DiscordDeps): ChannelAdapter {
  const state: { host: Host | undefined; memory: Memory | undefined } = {
    host: undefined,
    memory: undefined,
  };
  const call = createCall(config, () => state.host?.ailing(problems.token));
  const sender = (): Sender => {
    if (state.memory === undefined)
      throw new ChannelError({ reason: 'unavailable' }, 'the adapter has not read its threads yet');
    return { ...state.memory, call, now: () => clock.now() };
  };
  return {
    id,
    capabilities,
    async run(host, signal) {
      state.host = host;
      const memory = createMemory(host.documents);
      await memory.load(clock.now());
      state.memory = memory;
      await receive({ config, clock, call, host, memory }, signal);
    },
    async post(address, message, key) {
      const id = await post(sender(), address, message, key);
      await endThinking(call, sender().replies.endThinking({ thread: address.thread }));
      return id;
    },
    edit: async (address, id, message) => edit(sender(), address, id, message),
    remove: async (address, id) => remove(sender(), address, id),
    whisper: async (event, text) => whisper(sender(), event, text),
    showTyping: async (address) => showTyping(sender(), address),
  };
}
