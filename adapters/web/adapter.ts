import { once } from 'node:events';
import type { ChannelAdapter } from '../../src/core/channel.ts';
import { capabilities } from './capabilities.ts';
import { download } from './download.ts';
import { find } from './find.ts';
import { platform } from './inbound.ts';
import { edit, post, remove } from './outbound.ts';
import { addRoutes } from './routes.ts';
import { createSite, type WebDeps } from './site.ts';
import { upload } from './upload.ts';

/** The local web page: a channel that needs no account, because it is itself the platform. */
export async function createWebAdapter(deps: WebDeps): Promise<ChannelAdapter> {
  const { host } = deps;
  const site = await createSite(deps);
  const { board, files } = site;
  return {
    id: platform,
    capabilities,
    async run(signal) {
      addRoutes(host.routes, site);
      host.alive('the page takes messages');
      if (!signal.aborted) await once(signal, 'abort');
      board.feed.close();
    },
    post: (address, message, key) => post(board, address, message, key),
    edit: (address, id, message) => edit(board, address, id, message),
    remove: (address, id) => remove(board, files, address, id),
    find: (address, key) => find(board, address, key),
    download: (attachment, maxBytes, signal) => download(files, attachment, maxBytes, signal),
    upload: (address, file, key) => upload(board, files, address, file, key),
    async whisper({ address }, text) {
      board.feed.publishAll({ type: 'whisper', thread: address.thread, text });
    },
    async showTyping({ thread }) {
      board.feed.publish(thread, () => ({ type: 'typing', thread }));
    },
    entrance: () => entrance(deps),
  };
}

/** With a password the address holds no secret, because the key alone does not open the page. */
function entrance({ config, publicUrl, host }: WebDeps): string {
  return config.password === undefined ? `${publicUrl}/?key=${host.secret(platform)}` : `${publicUrl}/`;
}
