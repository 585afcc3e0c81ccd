import type { Api } from 'grammy';
import type { Host, InboundEvent } from '../../src/core/channel.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { createAlbumRecords } from './album-records.ts';
import { createAlbums } from './albums.ts';
import { whisper } from './asides.ts';
import type { TelegramConfig } from './config.ts';
import { createDialogues, type Dialogues } from './forms.ts';
import { type Identity, introduce } from './identity.ts';
import type { Sender } from './outbound.ts';
import { withPrivacy } from './privacy.ts';
import { receiving } from './receiving.ts';

/** What there is while the adapter runs. */
export interface Runtime {
  host: Host | undefined;
  dialogues: Dialogues | undefined;
  /** Unset: Telegram has not said yet who we are. */
  identity: Identity | undefined;
}

export interface RunningDeps {
  readonly config: TelegramConfig;
  /** The adapter's id. */
  readonly id: string;
  readonly api: Api;
  readonly sender: Sender;
  readonly clock: Clock;
  /** 0 to 1, for the jitter. */
  random(): number;
  /** Told of each event that is stored. */
  heard(event: InboundEvent): void;
}

/** Finds out who we are, then takes updates until aborted. */
export async function running(
  deps: RunningDeps,
  runtime: Runtime,
  host: Host,
  signal: AbortSignal,
): Promise<void> {
  const { api, sender, clock, random, config, id } = deps;
  const tell = (event: InboundEvent, sentence: string) => whisper(sender, event, sentence);
  const dialogues = createDialogues({ host, sender, clock, random, signal, whisper: tell });
  Object.assign(runtime, { host, dialogues });
  const ailing = host.ailing.bind(host);
  const identity = await introduce({ api, clock, random, ailing }, signal);
  if (identity === undefined) return;
  runtime.identity = identity;
  if (!identity.readsAll)
    host.log.info({ bot: identity.id }, 'privacy mode was found on: groups tell the bot of little');
  const records = createAlbumRecords(host.documents);
  const store = async (event: InboundEvent): Promise<void> => {
    await dialogues.hear(event);
    deps.heard(event);
  };
  const albums = createAlbums(
    { records, clock, random, signal, tell: store },
    await records.waiting(clock.now()),
  );
  const self = { ...identity, adapter: id };
  const { webhook } = config;
  const told = (proof: string) => withPrivacy(proof, identity);
  await Promise.all([
    receiving({ api, clock, random, host, self, albums, webhook }, told, signal),
    dialogues.run(),
  ]);
  await albums.ended();
}
