/** The bytes of files that people send, by a path that is asked for each time. */
import type { Api } from 'grammy';
import type { File } from 'grammy/types';
import type { Attachment } from '../../src/core/channel.ts';
import { ChannelError } from '../../src/core/errors.ts';
import { readCapped } from '../../src/lib/capped.ts';
import { clientSignal } from './client.ts';
import type { TelegramConfig } from './config.ts';
import { channelError } from './failures.ts';

export interface DownloadDeps {
  readonly api: Api;
  readonly config: Pick<TelegramConfig, 'token' | 'apiUrl'>;
}

/** As the server gives paths: names below one another. One that runs locally gives a path of its own disk instead. */
const pathShape = /^\w[\w-]*(\/[\w.-]+)*$/;

/**
 * The bytes of a file, from the server of the Bot API and nowhere else. Its address holds the token, so no error
 * carries more than our own words. Telegram itself gives files of at most 20 MB.
 */
export async function download(
  { api, config }: DownloadDeps,
  attachment: Attachment,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const file = await described(api, attachment.id, signal);
  if ((file.file_size ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const path = file.file_path ?? '';
  if (!pathShape.test(path) || path.includes('..'))
    throw new ChannelError(
      { reason: 'rejected' },
      'getFile: the server keeps the file where we cannot read it',
    );
  try {
    const response = await fetch(`${config.apiUrl}/file/bot${config.token.reveal()}/${path}`, {
      redirect: 'manual',
      signal,
    });
    if (response.status !== 200) throw refused(response);
    return new Uint8Array(await readCapped(response, maxBytes, () => tooLarge(maxBytes)));
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof ChannelError ? error : channelError('file', error);
  }
}

async function described(api: Api, id: string, signal: AbortSignal): Promise<File> {
  try {
    return await api.getFile(id, clientSignal(signal));
  } catch (error) {
    signal.throwIfAborted();
    throw channelError('getFile', error);
  }
}

function tooLarge(maxBytes: number): ChannelError {
  return new ChannelError({ reason: 'rejected' }, `file: more than ${maxBytes} bytes`);
}

/** An address of a file is good for an hour; a redirect would lead elsewhere and is not followed. */
function refused({ status, headers }: Response): ChannelError {
  const words = `file: answered with ${status}`;
  if (status === 404 || status === 410) return new ChannelError({ reason: 'gone' }, words);
  if (status >= 300 && status < 400) return new ChannelError({ reason: 'rejected' }, words);
  if (status !== 429) return new ChannelError({ reason: 'unavailable' }, words);
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return new ChannelError({ reason: 'rate-limited', retryAfterMs: (seconds || 5) * 1000 }, words);
}
