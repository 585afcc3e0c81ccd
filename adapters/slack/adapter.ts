import type { ChannelAdapter } from '../../src/core/channel.ts';
import { capabilities } from './capabilities.ts';
import { download } from './download.ts';
import { channelError } from './failures.ts';
import { findPost } from './find.ts';
import { history } from './history.ts';
import { edit, type Outbound, post, remove } from './outbound.ts';
import { createParts, type Parts, type SlackDeps } from './parts.ts';
import { run } from './run.ts';
import { createStatus } from './typing.ts';
import { findUpload, type UploadsDeps, upload } from './upload.ts';

/** Slack through Bolt: threads in channels, direct messages, modals, files, and a slash command. */
export function createSlackAdapter(deps: SlackDeps): ChannelAdapter {
  const parts = createParts(deps);
  return {
    id: parts.id,
    capabilities,
    run: (signal) => run(parts, signal),
    ...outward(parts),
    whisper: (event, text) => parts.answers.whisper(event, text),
  };
}

type Methods = 'post' | 'edit' | 'remove' | 'find' | 'showTyping' | 'download' | 'upload' | 'history';

/** What the adapter does at Slack. */
function outward(parts: Parts): Pick<ChannelAdapter, Methods> {
  const { client, config, clock, births, identity, people } = parts;
  const { called } = parts.health;
  const { documents } = parts.host;
  const status = createStatus({ client, now: clock.now, called });
  const out: Outbound = { client, streams: parts.streams, documents, now: clock.now, called };
  const uploads: UploadsDeps = { client, clock, apiUrl: config.apiUrl, documents };
  const made = <T>(call: () => Promise<T>) => attempt(called, call);
  return {
    post: (address, message, key) =>
      made(async () => {
        const id = await post(out, address, message, key);
        await status.shown(address, id, message);
        return id;
      }),
    edit: (address, id, message) =>
      made(async () => {
        await edit(out, address, id, message);
        await status.shown(address, id, message);
      }),
    remove: (address, id) =>
      made(async () => {
        await remove(out, address, id);
        await status.gone(address, id);
      }),
    find: (address, key) =>
      made(
        async () =>
          (await findUpload(uploads, address, key)) ??
          (await findPost(client, address, key)) ??
          (await births.find(address, key)),
      ),
    showTyping: (address, message) => status.heard(address, message),
    download: (attachment, maxBytes, signal) =>
      download({ client, called, ...config }, attachment, maxBytes, signal),
    upload: (address, file, key) => made(() => upload(uploads, address, file, key)),
    history: (address, before, limit) =>
      made(async () => history({ client, self: await identity(), people }, address, before, limit)),
  };
}

/** One call, with what it throws told in our terms. */
async function attempt<T>(called: (error?: unknown) => void, call: () => Promise<T>): Promise<T> {
  try {
    const result = await call();
    called();
    return result;
  } catch (error) {
    called(error);
    throw channelError(error);
  }
}
