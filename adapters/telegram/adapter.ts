import type { Api } from 'grammy';
import type { ChannelAdapter, InboundEvent, OutboundMessage } from '../../src/core/channel.ts';
import { ChannelError } from '../../src/core/errors.ts';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { showLife, whisper } from './asides.ts';
import { capabilities } from './capabilities.ts';
import { createApi, createUploadApi } from './client.ts';
import type { TelegramConfig } from './config.ts';
import { download } from './download.ts';
import { createSender, edit, moved, post, remove, type Sender } from './outbound.ts';
import { privacyCaveat } from './privacy.ts';
import { createReactions, type Reactions } from './reactions.ts';
import { type Runtime, running } from './run.ts';
import { upload } from './upload.ts';

export interface TelegramDeps {
  readonly config: TelegramConfig;
  /** The platform in its addresses. */
  readonly id: string;
  readonly clock?: Clock;
  /** 0 to 1, for the jitter. */
  random?(): number;
}

/** People whose names are kept, to mention them by. */
const mostNames = 1000;

interface State extends Runtime {
  readonly api: Api;
  readonly sender: Sender;
  readonly reactions: Reactions;
  readonly names: Map<string, string>;
}

/** Telegram by long polling or by a webhook: one process for each bot token. */
export function createTelegramAdapter(deps: TelegramDeps): ChannelAdapter {
  const { config, id, clock = systemClock, random = Math.random } = deps;
  const state = createState(config);
  const { api, sender, reactions } = state;
  const heard = (event: InboundEvent) => remember(state, event);
  return {
    id,
    capabilities,
    run: (host, signal) => running({ config, id, api, sender, clock, random, heard }, state, host, signal),
    async post(address, message) {
      await keepForms(state, message);
      return post(sender, address, message);
    },
    async edit(address, message, content) {
      await keepForms(state, content);
      await edit(sender, address, message, content);
      state.dialogues?.changed(address, message, content);
    },
    remove: (address, message) => remove(sender, address, message),
    whisper: (event, sentence) => whisper(sender, event, sentence),
    async showTyping(address, message) {
      const sign = message === undefined ? undefined : reactions.show(address, message, state.host?.log);
      await Promise.all([sign, showLife(sender, address)]);
    },
    download: (file, maxBytes, signal) => download({ api, config }, file, maxBytes, signal),
    upload: (address, file) => upload(sender, createUploadApi(config), address, file),
    async caveat(address) {
      const { identity, host } = state;
      return identity && host && privacyCaveat(api, identity, address, host.log);
    },
  };
}

function createState(config: TelegramConfig): State {
  const api = createApi(config);
  const names = new Map<string, string>();
  const sender = createSender({
    api,
    async moved(from, to) {
      if (state.host !== undefined) await moved(state.host, from, to);
    },
    nameOf: (author) => names.get(author),
  });
  const state: State = {
    api,
    sender,
    reactions: createReactions(sender),
    names,
    host: undefined,
    dialogues: undefined,
    identity: undefined,
  };
  return state;
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
