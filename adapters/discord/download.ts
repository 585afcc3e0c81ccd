import type { Attachment } from '../../src/core/channel.ts';
import { ChannelError } from '../../src/core/errors.ts';
import { readCapped } from '../../src/lib/capped.ts';
import { addressIn, type Filed, filedUnder, isHome } from './attachments.ts';
import type { RestCall } from './client.ts';
import { channelError } from './failures.ts';
import { messageShape } from './wire.ts';

interface DownloadDeps {
  readonly call: RestCall;
  readonly apiUrl: string;
}

/** The bytes of a file, by a fresh address, from Discord's own hosts and without our token. */
export async function download(
  { call, apiUrl }: DownloadDeps,
  attachment: Attachment,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const filed = filedUnder(attachment);
  if (filed === undefined) throw rejected('the file has no id of ours');
  try {
    const address = await addressOf(call, filed, signal);
    if (!isHome(address, apiUrl)) throw rejected('the file is not on a host of Discord');
    // A redirect would lead elsewhere.
    const response = await fetch(address, { redirect: 'manual', signal });
    if (!response.ok) throw await refusal(response);
    return await readCapped(response, maxBytes, () => rejected(`the file has more than ${maxBytes} bytes`));
  } catch (error) {
    signal.throwIfAborted();
    throw channelError('download', error);
  }
}

async function addressOf(call: RestCall, filed: Filed, signal: AbortSignal): Promise<string> {
  const { channel, message } = filed;
  const answer = await call({ method: 'get', path: `/channels/${channel}/messages/${message}`, signal });
  const address = addressIn(messageShape.parse(answer), filed);
  if (address === undefined) throw new ChannelError({ reason: 'gone' }, 'download: the file was taken away');
  return address;
}

function rejected(words: string): ChannelError {
  return new ChannelError({ reason: 'rejected' }, `download: ${words}`);
}

async function refusal({ status, headers, body }: Response): Promise<ChannelError> {
  await body?.cancel();
  const words = `download: the file was answered with ${status}`;
  if (status === 404 || status === 410) return new ChannelError({ reason: 'gone' }, words);
  if (status === 403) return new ChannelError({ reason: 'forbidden' }, words);
  if (status >= 300 && status < 400) return new ChannelError({ reason: 'rejected' }, words);
  if (status !== 429) return new ChannelError({ reason: 'unavailable' }, words);
  const seconds = Number(headers.get('retry-after')) || 5;
  return new ChannelError({ reason: 'rate-limited', retryAfterMs: seconds * 1000 }, words);
}
