import type { InboundEvent } from '../../src/core/channel.ts';
import { createAlbumRecords } from './album-records.ts';
import { createAlbums } from './albums.ts';
import { identified } from './identity.ts';
import type { Parts } from './parts.ts';
import { withPrivacy } from './privacy.ts';
import { receiving } from './receiving.ts';

/** Finds out who we are, then takes updates until aborted. */
export async function run(parts: Parts, signal: AbortSignal): Promise<void> {
  const { end } = parts;
  signal.addEventListener('abort', () => end.abort(), { signal: end.signal });
  try {
    await hear(parts, signal);
  } finally {
    end.abort();
  }
}

async function hear(parts: Parts, signal: AbortSignal): Promise<void> {
  const { api, host, identity, dialogues, names, clock, random, config } = parts;
  const ailing = host.ailing.bind(host);
  const bot = await identified({ identity, clock, random, ailing }, signal);
  if (bot === undefined) return;
  if (!bot.readsAll)
    host.log.info({ bot: bot.id }, 'privacy mode was found on: groups tell the bot of little');
  const records = createAlbumRecords(host.documents);
  const store = async (event: InboundEvent): Promise<void> => {
    await dialogues.hear(event);
    names.learn(event);
  };
  const albums = createAlbums(
    { records, clock, random, signal, tell: store },
    await records.waiting(clock.now()),
  );
  const { webhook } = config;
  const told = (proof: string) => withPrivacy(proof, bot);
  await Promise.all([
    receiving({ api, clock, random, host, self: bot, albums, webhook }, told, signal),
    dialogues.run(),
  ]);
  await albums.ended();
}
