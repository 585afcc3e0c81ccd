import type { ChannelAdapter } from '../../src/core/channel.ts';
import { capabilities } from './capabilities.ts';
import { download } from './download.ts';
import { edit, post, remove } from './outbound.ts';
import { createParts, type TelegramDeps } from './parts.ts';
import { privacyCaveat } from './privacy.ts';
import { createReactions } from './reactions.ts';
import { run } from './run.ts';
import { showTyping } from './typing.ts';
import { upload } from './upload.ts';
import { whisper } from './whisper.ts';

/** Telegram by long polling or by a webhook: one process for each bot token. */
export function createTelegramAdapter(deps: TelegramDeps): ChannelAdapter {
  const parts = createParts(deps);
  const { config, host, api, uploadApi, identity, sender, forms, places } = parts;
  const reactions = createReactions(sender, host.log);
  return {
    id: deps.id,
    capabilities,
    run: (signal) => run(parts, signal),
    async post(address, message) {
      // A button is shown only when what it asks for is stored.
      await forms.keep(message);
      return post(sender, address, message);
    },
    async edit(address, message, content) {
      await forms.keep(content);
      await edit(sender, address, message, content);
      forms.changed(address, message, content);
    },
    remove: (address, message) => remove(sender, address, message),
    whisper: (event, sentence) => whisper(sender, event, sentence),
    async showTyping(address, message) {
      const sign = message === undefined ? undefined : reactions.show(address, message);
      await Promise.all([sign, showTyping(sender, address)]);
    },
    download: (file, maxBytes, signal) => download({ api, config }, file, maxBytes, signal),
    upload: (address, file) => upload(sender, uploadApi, address, file),
    placeName: places.get,
    caveat: (address) => privacyCaveat({ api, identity, log: host.log }, address),
  };
}
