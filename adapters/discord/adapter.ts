import type { ChannelAdapter } from '../../src/core/channel.ts';
import { capabilities } from './capabilities.ts';
import { download } from './download.ts';
import { history } from './history.ts';
import { edit, entitle, post, remove, type Sender } from './outbound.ts';
import { createParts, type DiscordDeps } from './parts.ts';
import { placeName } from './place-names.ts';
import { run } from './run.ts';
import { showTyping } from './typing.ts';
import { upload } from './upload.ts';
import { endThinking, whisper } from './whisper.ts';

/** Discord by its gateway and its REST API: one process for each bot token. */
export async function createDiscordAdapter(deps: DiscordDeps): Promise<ChannelAdapter> {
  const parts = await createParts(deps);
  const { config, clock, call, memory, identity, channels } = parts;
  const sender: Sender = { ...memory, call, now: () => clock.now() };
  return {
    id: deps.id,
    capabilities,
    run: (signal) => run(parts, signal),
    async post(address, message, key) {
      const posted = await post(sender, address, message, key);
      await endThinking(call, sender.replies.endThinking({ thread: address.thread }));
      return posted;
    },
    edit: (address, message, content) => edit(sender, address, message, content),
    remove: (address, message) => remove(sender, address, message),
    whisper: (event, text) => whisper(sender, event, text),
    showTyping: (address) => showTyping(sender, address),
    entitle: (address, title) => entitle(sender, address, title),
    download: (attachment, maxBytes, signal) =>
      download({ call, apiUrl: config.apiUrl }, attachment, maxBytes, signal),
    upload: (address, file, key) => upload(sender, address, file, key),
    placeName: (address) => placeName(channels, address),
    history: (address, before, limit) =>
      history({ call, identity, names: channels.names }, address, before, limit),
  };
}
