import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { ChannelAdapter, Host } from '../../src/core/channel.ts';
import { ChannelError } from '../../src/core/errors.ts';
import { createArchive } from './archive.ts';
import { readAssets } from './assets.ts';
import type { Board } from './board.ts';
import { capabilities } from './capabilities.ts';
import type { WebConfig } from './config.ts';
import { createFeed } from './feed.ts';
import { createGate } from './gate.ts';
import { platform } from './inbound.ts';
import { edit, find, post, remove } from './outbound.ts';
import { createPeople } from './people.ts';
import { addRoutes, type Site } from './routes.ts';
import { createShow } from './wire.ts';

export interface WebDeps {
  readonly config: WebConfig;
  /** How people reach the page. */
  readonly publicUrl: string;
  now?(): number;
}

/** The local web page: a channel that needs no account, because it is itself the platform. */
export function createWebAdapter(deps: WebDeps): ChannelAdapter {
  const state: { site: Site | undefined } = { site: undefined };
  const site = () => {
    if (state.site === undefined)
      throw new ChannelError({ reason: 'unavailable' }, 'the page is not running');
    return state.site;
  };
  return {
    id: platform,
    capabilities,
    async run(host, signal) {
      state.site ??= await createSite(deps, host);
      addRoutes(host.routes, site);
      host.alive('the page takes messages');
      if (!signal.aborted) await once(signal, 'abort');
      state.site.board.feed.close();
    },
    post: async (address, message, key) => post(site().board, address, message, key),
    edit: async (address, id, message) => edit(site().board, address, id, message),
    remove: async (address, id) => remove(site().board, address, id),
    find: async (address, key) => find(site().board, address, key),
    async whisper({ address }, text) {
      site().board.feed.publishAll({ type: 'whisper', thread: address.thread, text });
    },
    async showTyping({ thread }) {
      site().board.feed.publish(thread, () => ({ type: 'typing', thread }));
    },
    entrance: (host) => entrance(deps, host),
  };
}

async function createSite({ config, publicUrl, now = Date.now }: WebDeps, host: Host): Promise<Site> {
  const commands = host.commands.map(({ name, description, argument }) => ({
    name,
    description,
    ...(argument === undefined ? {} : { argument }),
  }));
  const board: Board = {
    archive: createArchive(host.documents),
    feed: createFeed(),
    show: createShow(),
    now,
    random: () => randomBytes(4).toString('hex'),
  };
  return {
    board,
    assets: await readAssets(),
    gate: createGate({ publicUrl, secret: host.secret(platform), password: config.password, now }),
    people: createPeople({
      board,
      name: config.name,
      commands,
      receive: (event) => host.receive(event),
    }),
    facts: { name: config.name, suggestions: config.suggestions, commands },
  };
}

/** With a password the address holds no secret, because the key alone does not open the page. */
function entrance({ config, publicUrl }: WebDeps, host: Host): string {
  return config.password === undefined ? `${publicUrl}/?key=${host.secret(platform)}` : `${publicUrl}/`;
}
