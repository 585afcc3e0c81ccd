import { once } from 'node:events';
import type { ChannelAdapter, Host } from '../../src/core/channel.ts';
import { ChannelError } from '../../src/core/errors.ts';
import { download } from './attachments.ts';
import { capabilities } from './capabilities.ts';
import { platform } from './inbound.ts';
import { edit, find, post, remove, upload } from './outbound.ts';
import { addRoutes } from './routes.ts';
import { createSite, type Site, type WebDeps } from './site.ts';

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
    remove: async (address, id) => remove(site().board, site().files, address, id),
    find: async (address, key) => find(site().board, address, key),
    download: async (attachment, maxBytes, signal) => download(site().files, attachment, maxBytes, signal),
    upload: async (address, file, key) => upload(site().board, site().files, address, file, key),
    async whisper({ address }, text) {
      site().board.feed.publishAll({ type: 'whisper', thread: address.thread, text });
    },
    async showTyping({ thread }) {
      site().board.feed.publish(thread, () => ({ type: 'typing', thread }));
    },
    entrance: (host) => entrance(deps, host),
  };
}

/** With a password the address holds no secret, because the key alone does not open the page. */
function entrance({ config, publicUrl }: WebDeps, host: Host): string {
  return config.password === undefined ? `${publicUrl}/?key=${host.secret(platform)}` : `${publicUrl}/`;
}
