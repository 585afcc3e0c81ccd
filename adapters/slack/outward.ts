import type { ChannelAdapter, Host } from '../../src/core/channel.ts';
import { ChannelError } from '../../src/core/errors.ts';
import type { Clock } from '../../src/lib/clock.ts';
import type { Client } from './client.ts';
import type { SlackConfig } from './config.ts';
import { download } from './download.ts';
import { channelError } from './failures.ts';
import { findPost } from './find.ts';
import { history } from './history.ts';
import { edit, type Outbound, post, remove } from './outbound.ts';
import type { Known } from './run.ts';
import type { Births } from './stream-starts.ts';
import type { Streams } from './streams.ts';
import { createStatus } from './typing.ts';
import { findUpload, type UploadsDeps, upload } from './upload.ts';

/** What the adapter does at Slack, and whom it tells how that went. */
export interface Outward {
  readonly client: Client;
  readonly config: SlackConfig;
  readonly clock: Clock;
  readonly streams: Streams;
  readonly state: Readonly<Standing>;
  called(error?: unknown): void;
}

/** What is known since it runs. */
export interface Standing {
  host: Host | undefined;
  births: Births | undefined;
  /** Undefined: Slack has not told yet who we are. */
  known: Known | undefined;
}

type Methods = 'post' | 'edit' | 'remove' | 'find' | 'showTyping' | 'download' | 'upload' | 'history';

export function outward(deps: Outward): Pick<ChannelAdapter, Methods> {
  const { client, config, clock, state, called } = deps;
  const status = createStatus({ client, now: clock.now, called });
  const documents = () => state.host?.documents;
  const out = (): Outbound => ({ ...deps, documents: documents(), births: state.births, now: clock.now });
  const uploads = (): UploadsDeps => ({ client, clock, apiUrl: config.apiUrl, documents: documents() });
  const made = <T>(call: () => Promise<T>) => attempt(called, call);
  return {
    post: (address, message, key) =>
      made(async () => {
        const id = await post(out(), address, message, key);
        await status.shown(address, id, message);
        return id;
      }),
    edit: (address, id, message) =>
      made(async () => {
        await edit(out(), address, id, message);
        await status.shown(address, id, message);
      }),
    remove: (address, id) =>
      made(async () => {
        await remove(out(), address, id);
        await status.gone(address, id);
      }),
    find: (address, key) =>
      made(
        async () =>
          (await findUpload(uploads(), address, key)) ??
          (await findPost(client, address, key)) ??
          (await state.births?.find(knownTo(state).self, address, key)),
      ),
    showTyping: (address, message) => status.heard(address, message),
    download: (attachment, maxBytes, signal) =>
      download({ client, called, ...config }, attachment, maxBytes, signal),
    upload: (address, file, key) => made(() => upload(uploads(), address, file, key)),
    history: (address, before, limit) =>
      made(() => history({ client, ...knownTo(state) }, address, before, limit)),
  };
}

function knownTo({ known }: Readonly<Standing>): Known {
  if (known !== undefined) return known;
  throw new ChannelError({ reason: 'unavailable' }, 'Slack: it has not told yet who we are');
}

/** One call, with what it throws told in our terms. */
async function attempt<T>(called: Outward['called'], call: () => Promise<T>): Promise<T> {
  try {
    const result = await call();
    called();
    return result;
  } catch (error) {
    called(error);
    throw channelError(error);
  }
}
