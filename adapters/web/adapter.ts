import { once } from 'node:events';
import type { ChannelAdapter } from '../../src/core/channel.ts';
import { capabilities } from './capabilities.ts';
import { download } from './download.ts';
import { find } from './find.ts';
import { isUnencrypted } from './gate.ts';
import { platform } from './inbound.ts';
import { edit, entitle, post, remove } from './outbound.ts';
import { addRoutes } from './routes.ts';
import { createSite, type WebDeps } from './site.ts';
import { upload } from './upload.ts';
import { whisper } from './whisper.ts';

/** The local web page: a channel that needs no account, because it is itself the platform. */
export async function createWebAdapter(deps: WebDeps): Promise<ChannelAdapter> {
  const { host, config, publicUrl } = deps;
  const site = await createSite(deps);
  const { board, files } = site;
  return {
    id: platform,
    capabilities,
    async run(signal) {
      // Titles are known from the start; what cannot be read now is read when a page asks.
      await Promise.allSettled([board.archive.threads()]);
      addRoutes(host.routes, site);
      if (config.password !== undefined && isUnencrypted(publicUrl))
        host.log.warn({ publicUrl }, 'the password of the page goes over the network unencrypted');
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
    whisper: (event, text) => whisper(board, event, text),
    entitle: (address, title) => entitle(board, address, title),
    async showTyping({ thread }) {
      board.feed.publish(thread, () => ({ type: 'typing', thread }));
    },
    placeName: ({ thread }) => board.archive.titleOf(thread),
    entrance: () => entrance(deps),
  };
}

/**
 * With a password the address holds no secret, because the key alone does not open the page. The key stands behind a
 * `#`, which no browser sends to anybody: it is in no log of a proxy.
 */
function entrance({ config, publicUrl, host }: WebDeps): string {
  return config.password === undefined ? `${publicUrl}/#key=${host.secret(platform)}` : `${publicUrl}/`;
}
