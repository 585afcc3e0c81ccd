/** Slack as a channel: each ability with its file, and what every call says about the token and the platform. */
import type { ChannelAdapter } from '../../src/core/channel.ts';
import { capabilities } from './capabilities.ts';
import { download } from './download.ts';
import { channelError } from './failures.ts';
import { findPost } from './find.ts';
import { history } from './history.ts';
import { createTakenForms, edit, post, remove, type Sender } from './outbound.ts';
import { createParts, type Parts, type SlackDeps } from './parts.ts';
import { run } from './run.ts';
import { createTyping } from './typing.ts';
import { findUpload, type UploadDeps, upload } from './upload.ts';

/** Slack through Bolt: threads in channels, direct messages, modals, files, and a slash command. */
export function createSlackAdapter(deps: SlackDeps): ChannelAdapter {
  const parts = createParts(deps);
  return {
    id: parts.id,
    capabilities,
    run: (signal) => run(parts, signal),
    ...outward(parts),
    whisper: (event, text) => parts.whispers.whisper(event, text),
  };
}

type Methods =
  | 'post'
  | 'edit'
  | 'remove'
  | 'find'
  | 'showTyping'
  | 'download'
  | 'upload'
  | 'history'
  | 'placeName'
  | 'entitle';

/** What the adapter does at Slack. */
function outward(parts: Parts): Pick<ChannelAdapter, Methods> {
  const { client, config, clock, streamStarts, identity, people, places } = parts;
  const { called } = parts.health;
  const { documents } = parts.host;
  const typing = createTyping({ client, log: parts.host.log, now: clock.now, called });
  const taken = createTakenForms();
  const sender: Sender = { client, streams: parts.streams, taken, documents, now: clock.now, called };
  const files: UploadDeps = { client, clock, apiUrl: config.apiUrl, documents };
  const made = <T>(call: () => Promise<T>) => attempt(called, call);
  return {
    post: (address, message, key) =>
      made(async () => {
        const id = await post(sender, address, message, key);
        await typing.shown(address, id, message, 'post');
        return id;
      }),
    edit: (address, id, message) =>
      made(async () => {
        await edit(sender, address, id, message);
        await typing.shown(address, id, message, 'edit');
      }),
    remove: (address, id) =>
      made(async () => {
        await remove(sender, address, id);
        await typing.gone(address, id);
      }),
    find: (address, key) =>
      made(
        async () =>
          (await findUpload(files, address, key)) ??
          (await findPost(client, address, key)) ??
          (await streamStarts.find(address, key)),
      ),
    showTyping: (address, message) => typing.heard(address, message),
    download: (attachment, maxBytes, signal) =>
      download({ client, called, ...config }, attachment, maxBytes, signal),
    entitle: (address, title) => made(() => typing.entitle(address, title)),
    upload: (address, file, key) => made(() => upload(files, address, file, key)),
    placeName: places.placeName,
    history: (address, before, limit) =>
      made(async () => history({ client, self: await identity(), people, places }, address, before, limit)),
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
