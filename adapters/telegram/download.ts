/** The bytes of files that people send, by a path that is asked for each time. */
import { readFile, realpath, stat } from 'node:fs/promises';
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

/** Telegram's own server, whose disk is not ours. */
const telegramHost = 'api.telegram.org';

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
  if (path.startsWith('/')) return fromDisk(path, config, maxBytes);
  if (!pathShape.test(path) || path.includes('..'))
    throw new ChannelError({ reason: 'rejected' }, 'getFile: the server names no file that could be fetched');
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

/**
 * A server of one's own that runs with `--local` names a file of its disk, below a directory that bears the token:
 * nothing else is read, whatever the server says, and of Telegram's own server nothing at all.
 */
async function fromDisk(
  path: string,
  { token, apiUrl }: DownloadDeps['config'],
  maxBytes: number,
): Promise<Uint8Array> {
  const away = (why: string) =>
    new ChannelError(
      { reason: 'rejected' },
      `the Bot API server keeps files on its own disk (--local), and ${why}. Mount its directory here under the same path, or start it without --local`,
    );
  try {
    const real = await realpath(path);
    if (new URL(apiUrl).hostname === telegramHost || !real.split('/').includes(token.reveal()))
      throw away('this one lies elsewhere than the files of this bot');
    const found = await stat(real);
    if (!found.isFile()) throw away('this is no file');
    if (found.size > maxBytes) throw tooLarge(maxBytes);
    return new Uint8Array(await readFile(real));
  } catch (error) {
    if (error instanceof ChannelError) throw error;
    throw away('this machine cannot read there');
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
