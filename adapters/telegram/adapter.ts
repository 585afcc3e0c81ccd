import type { Api } from 'grammy';
import type { Update } from 'grammy/types';
import type { ChannelAdapter, Host } from '../../src/core/channel.ts';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { platform } from './address.ts';
import { showLife, whisper } from './asides.ts';
import { capabilities } from './capabilities.ts';
import { createApi } from './client.ts';
import type { TelegramConfig } from './config.ts';
import { type Query, read } from './inbound.ts';
import { introduce } from './introduction.ts';
import { writeMenu } from './menu.ts';
import { createSender, edit, post, remove, type Sender } from './outbound.ts';
import { poll } from './polling.ts';
import type { Self } from './wording.ts';

export interface TelegramDeps {
  readonly config: TelegramConfig;
  readonly clock?: Clock;
  /** 0 to 1, for the jitter. */
  random?(): number;
}

/** People whose names are kept, to mention them by. */
const mostNames = 1000;

interface State {
  readonly api: Api;
  readonly sender: Sender;
  readonly names: Map<string, string>;
  host: Host | undefined;
}

/** Telegram by long polling: one process for each bot token. */
export function createTelegramAdapter(deps: TelegramDeps): ChannelAdapter {
  const state = createState(deps.config);
  const { sender } = state;
  return {
    id: platform,
    capabilities,
    async run(host, signal) {
      state.host = host;
      await receive(deps, state, host, signal);
    },
    post: (address, message) => post(sender, address, message),
    edit: (address, id, message) => edit(sender, address, id, message),
    remove: (address, id) => remove(sender, address, id),
    whisper: (event, sentence) => whisper(sender, event, sentence),
    showTyping: (address) => showLife(sender, address),
  };
}

function createState(config: TelegramConfig): State {
  const api = createApi(config);
  const names = new Map<string, string>();
  const state: State = {
    api,
    names,
    host: undefined,
    sender: createSender({
      api,
      moved: async (from, to) => state.host?.channelMoved(from, to),
      nameOf: (author) => names.get(author),
    }),
  };
  return state;
}

async function receive(
  { clock = systemClock, random = Math.random }: TelegramDeps,
  state: State,
  host: Host,
  signal: AbortSignal,
): Promise<void> {
  const { api } = state;
  const base = { api, clock, random, alive: host.alive.bind(host), ailing: host.ailing.bind(host) };
  const self = await introduce(base, signal);
  if (self === undefined) return;
  await Promise.all([
    poll({ ...base, store: (update) => store(state, host, update, self, clock.now()) }, signal),
    writeMenu(base, host.commands, signal),
  ]);
}

async function store(state: State, host: Host, update: Update, self: Self, now: number): Promise<void> {
  const reading = read(update, self, now);
  if (reading.type === 'moved') return host.channelMoved(reading.from, reading.to);
  if (reading.type === 'event') {
    await host.receive(reading.event);
    remember(state, reading.event.author);
  }
  if (reading.query !== undefined) void confirmPress(state.api, reading.query);
}

function remember({ names }: State, { id, name }: { readonly id: string; readonly name: string }): void {
  names.delete(id);
  names.set(id, name);
  const [oldest] = names.keys();
  if (names.size > mostNames && oldest !== undefined) names.delete(oldest);
}

/** The button stops waiting. The press is stored already, so nothing is lost where this comes too late. */
async function confirmPress(api: Api, { id, sentence }: Query): Promise<void> {
  await Promise.allSettled([
    api.answerCallbackQuery(id, sentence === undefined ? {} : { text: sentence, show_alert: true }),
  ]);
}
