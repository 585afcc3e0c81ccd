/** The parts of one bot, put together once and before it runs: whatever hears and whatever speaks shares them. */
import type { Api } from 'grammy';
import type { Host, InboundEvent } from '../../src/core/channel.ts';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { createRecent } from '../../src/lib/recent.ts';
import { createApi, createUploadApi } from './client.ts';
import type { TelegramConfig } from './config.ts';
import { createFormDialogues, type FormDialogues } from './forms.ts';
import { createIdentity, type Identity } from './identity.ts';
import { createSender, moved, type Sender } from './outbound.ts';
import { createPlaceNames, type PlaceNames } from './place-names.ts';
import { whisper } from './whisper.ts';

export interface TelegramDeps {
  readonly config: TelegramConfig;
  /** The platform in its addresses. */
  readonly id: string;
  readonly host: Host;
  /** Unset: the system's. */
  readonly clock?: Clock;
  /** 0 to 1, for the jitter. */
  random?(): number;
}

/** What one bot works with, hearing and speaking. */
export interface Parts extends Required<TelegramDeps> {
  readonly api: Api;
  /** The same, with patience for files. */
  readonly uploadApi: Api;
  readonly identity: Identity;
  readonly names: KnownNames;
  readonly places: PlaceNames;
  readonly sender: Sender;
  readonly forms: FormDialogues;
  /** Aborted when the adapter has heard its last: nothing is tried again from then on. */
  readonly end: AbortController;
}

export function createParts(deps: TelegramDeps): Parts {
  const { config, id, host, clock = systemClock, random = Math.random } = deps;
  const api = createApi(config);
  const names = createNames();
  const sender = createSender({
    api,
    moved: (from, to) => moved(host, from, to),
    nameOf: names.get,
  });
  const tell = (event: InboundEvent, sentence: string) => whisper(sender, event, sentence);
  const end = new AbortController();
  const forms = createFormDialogues({ host, sender, clock, random, signal: end.signal, whisper: tell });
  return {
    ...deps,
    clock,
    random,
    api,
    uploadApi: createUploadApi(config),
    identity: createIdentity(api, id),
    names,
    places: createPlaceNames(host.documents),
    sender,
    forms,
    end,
  };
}

/** How people are called, as they said last. */
export interface KnownNames {
  get(author: string): string | undefined;
  learn(event: InboundEvent): void;
}

/** People whose names are kept, to mention them by. */
const mostNames = 1000;

function createNames(): KnownNames {
  const names = createRecent<string, string>(mostNames);
  return {
    get: (author) => names.get(author),
    learn: ({ author: { id, name } }) => names.set(id, name),
  };
}
