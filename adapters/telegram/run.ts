/**
 * The loop of the adapter: find out who we are, then take updates by polls or by a webhook, and go on with what a
 * former process left.
 */
import type { Update } from 'grammy/types';
import type { InboundEvent } from '../../src/core/channel.ts';
import { onAbort } from '../../src/lib/abort.ts';
import { createAlbumRecords } from './album-records.ts';
import { createAlbums } from './albums.ts';
import { dispatch } from './dispatch.ts';
import { type BotUser, identified } from './identity.ts';
import { writeMenu } from './menu.ts';
import type { Parts } from './parts.ts';
import { poll } from './polling.ts';
import { withPrivacy } from './privacy.ts';
import { hook } from './webhook.ts';
import { addRoute, webhookPath } from './webhook-route.ts';

/** Finds out who we are, then takes updates until aborted. */
export async function run(parts: Parts, signal: AbortSignal): Promise<void> {
  const { host, identity, forms, clock, random, end } = parts;
  const forget = onAbort(signal, () => end.abort());
  const ailing = host.ailing.bind(host);
  try {
    const bot = await identified({ identity, clock, random, ailing }, signal);
    if (bot === undefined) return;
    if (!bot.readsAll)
      host.log.info({ bot: bot.id }, 'privacy mode was found on: groups tell the bot of little');
    await Promise.all([takeUpdates(parts, bot, signal), forms.run()]);
  } finally {
    forget();
    end.abort();
  }
}

async function takeUpdates(parts: Parts, bot: BotUser, signal: AbortSignal): Promise<void> {
  const { api, host, forms, names, places, clock, random } = parts;
  const records = createAlbumRecords(host.documents);
  const tell = async (event: InboundEvent): Promise<void> => {
    await forms.hear(event);
    names.learn(event);
  };
  await places.load();
  const left = await records.waiting(clock.now());
  const albums = createAlbums({ records, clock, random, signal, tell }, left);
  const first = { resumed: false };
  const alive = (proof: string) => {
    host.alive(withPrivacy(proof, bot));
    if (first.resumed) return;
    first.resumed = true;
    albums.resume();
  };
  const store = (update: Update) => dispatch({ api, clock, host, self: bot, albums, places }, update);
  await receive(parts, { store, alive }, signal);
  await albums.ended();
}

interface Hearing {
  /** Rejects while the update cannot be stored. */
  store(update: Update): Promise<void>;
  alive(proof: string): void;
}

/** By polls or by a webhook; beside it the list of commands is written. */
async function receive(parts: Parts, { store, alive }: Hearing, signal: AbortSignal): Promise<void> {
  const { api, id, host, clock, random, config } = parts;
  const { webhook } = config;
  const base = { api, clock, random, alive, ailing: host.ailing.bind(host), log: host.log };
  const menu = writeMenu(base, host.commands, signal);
  if (webhook === undefined) {
    await Promise.all([poll({ ...base, store }, signal), menu]);
    return;
  }
  const secret = webhook.secret.reveal();
  addRoute(host.routes, id, { secret, store, alive, log: host.log, signal });
  const url = `${webhook.url}${webhookPath(id)}`;
  await Promise.all([hook({ ...base, url, secret }, signal), menu]);
}
