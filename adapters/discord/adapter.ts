import type { ChannelAdapter, Host } from '../../src/core/channel.ts';
import { ChannelError } from '../../src/core/errors.ts';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { capabilities } from './capabilities.ts';
import { createCall } from './client.ts';
import type { DiscordConfig } from './config.ts';
import { download } from './download.ts';
import { history } from './history.ts';
import { problems } from './login.ts';
import { createMemory, type Memory } from './memory.ts';
import { edit, entitle, post, remove, type Sender, showTyping, upload } from './outbound.ts';
import { receive } from './run.ts';
import { endThinking, whisper } from './whisper.ts';
import type { Self } from './wire.ts';

export interface DiscordDeps {
  readonly config: DiscordConfig;
  /** The platform in its addresses. */
  readonly id: string;
  readonly clock?: Clock;
}

interface State {
  host: Host | undefined;
  memory: Memory | undefined;
  /** As far as Discord has told it. */
  self: Self;
}

/** Discord by its gateway and its REST API: one process for each bot token. */
export function createDiscordAdapter({ config, id, clock = systemClock }: DiscordDeps): ChannelAdapter {
  const state: State = { host: undefined, memory: undefined, self: { adapter: id, id: '', roles: [] } };
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
      const memory = createMemory(host.documents, id);
      await memory.load(clock.now());
      state.memory = memory;
      const know = (self: Self) => {
        state.self = self;
      };
      await receive({ adapter: id, config, clock, call, host, memory, know }, signal);
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
    entitle: async (address, title) => entitle(sender(), address, title),
    download: (attachment, maxBytes, signal) =>
      download({ call, apiUrl: config.apiUrl }, attachment, maxBytes, signal),
    upload: async (address, file, key) => upload(sender(), address, file, key),
    history: (address, before, limit) => history({ call, self: state.self }, address, before, limit),
  };
}
