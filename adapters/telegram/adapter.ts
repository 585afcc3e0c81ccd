import type { Api } from 'grammy';
import type { ChannelAdapter, Host, InboundEvent, OutboundMessage } from '../../src/core/channel.ts';
import { ChannelError } from '../../src/core/errors.ts';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { platform } from './address.ts';
import { showLife, whisper } from './asides.ts';
import { capabilities } from './capabilities.ts';
import { createApi } from './client.ts';
import type { TelegramConfig } from './config.ts';
import { createDialogues, type Dialogues } from './dialogues.ts';
import { createSender, edit, post, remove, type Sender } from './outbound.ts';
import { moved, receiving } from './receiving.ts';

export interface TelegramDeps {
  readonly config: TelegramConfig;
  /** The platform in its addresses; unset: `telegram`. */
  readonly id?: string;
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
  dialogues: Dialogues | undefined;
}

/** Telegram by long polling: one process for each bot token. */
export function createTelegramAdapter(deps: TelegramDeps): ChannelAdapter {
  const state = createState(deps.config);
  const { sender } = state;
  return {
    id: deps.id ?? platform,
    capabilities,
    run: (host, signal) => run(deps, state, host, signal),
    async post(address, message) {
      await keepForms(state, message);
      return post(sender, address, message);
    },
    async edit(address, id, message) {
      await keepForms(state, message);
      await edit(sender, address, id, message);
      state.dialogues?.changed(address, id, message);
    },
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
    dialogues: undefined,
    sender: createSender({
      api,
      async moved(from, to) {
        if (state.host !== undefined) await moved(state.host, from, to);
      },
      nameOf: (author) => names.get(author),
    }),
  };
  return state;
}

function run(
  { clock = systemClock, random = Math.random }: TelegramDeps,
  state: State,
  host: Host,
  signal: AbortSignal,
): Promise<void> {
  const { api, sender } = state;
  const tell = (event: InboundEvent, sentence: string) => whisper(sender, event, sentence);
  const dialogues = createDialogues({ host, sender, clock, random, signal, whisper: tell });
  Object.assign(state, { host, dialogues });
  return receiving({ api, clock, random, host, dialogues, heard: (event) => remember(state, event) }, signal);
}

/** A button is shown only when what it asks for is stored. */
async function keepForms({ dialogues }: State, message: OutboundMessage): Promise<void> {
  if (message.form === undefined && message.buttons.every(({ form }) => form === undefined)) return;
  if (dialogues === undefined)
    throw new ChannelError({ reason: 'unavailable' }, 'a form cannot be shown before the adapter runs');
  await dialogues.keep(message);
}

function remember({ names }: State, { author: { id, name } }: InboundEvent): void {
  names.delete(id);
  names.set(id, name);
  const [oldest] = names.keys();
  if (names.size > mostNames && oldest !== undefined) names.delete(oldest);
}
