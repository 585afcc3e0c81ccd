/** The bytes of files that people send. No address and no token is in what is thrown. */
import type { Attachment } from '../../src/core/channel.ts';
import { ChannelError, type ChannelFailure } from '../../src/core/errors.ts';
import { orAborted } from '../../src/lib/abort.ts';
import { readCapped } from '../../src/lib/capped.ts';
import { type FileFacts, fileFactsOf, isGone, isOurs } from './attachments.ts';
import type { Client } from './client.ts';
import { channelError } from './failures.ts';

export interface DownloadDeps {
  readonly client: Client;
  readonly botToken: string;
  readonly apiUrl: string | undefined;
  /** A call failed, or went well. */
  called(error?: unknown): void;
}

/** From one host of Slack to another. */
const mostHops = 3;

/** Rejects with the signal's reason when aborted, else with `ChannelError`. */
export async function download(
  deps: DownloadDeps,
  { id }: Attachment,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  try {
    signal.throwIfAborted();
    if (!/^F[A-Z0-9]+$/.test(id)) throw failed('gone', 'this is no id of a file');
    const facts = await orAborted(fileFactsOf(deps.client, id), signal);
    deps.called();
    if (facts.size !== undefined && facts.size !== null && facts.size > maxBytes) throw tooLong(maxBytes);
    const response = await opened(deps, addressOf(facts), signal);
    const bytes = await readCapped(response, maxBytes, () => tooLong(maxBytes));
    if (isPage(response) && !isPageItself(facts, bytes)) throw loginPage();
    return bytes;
  } catch (error) {
    signal.throwIfAborted();
    deps.called(error);
    throw channelError(error);
  }
}

function failed(reason: Exclude<ChannelFailure['reason'], 'rate-limited'>, message: string): ChannelError {
  return new ChannelError({ reason }, `Slack: ${message}`);
}

function tooLong(maxBytes: number): ChannelError {
  return failed('rejected', `the file has more than ${maxBytes} bytes`);
}

function loginPage(): ChannelError {
  return failed('forbidden', 'the file may not be read with this token (is the scope files:read granted?)');
}

function addressOf(facts: FileFacts): string {
  if (isGone(facts)) throw failed('gone', 'the file was deleted');
  if (facts.mode === 'external')
    throw failed('rejected', 'the file does not lie in Slack, only a link to it does');
  const address = facts.url_private_download || facts.url_private;
  if (!address) throw failed('gone', 'Slack tells no address of the file');
  return address;
}

/** The answer that holds the bytes. The token goes to Slack's own hosts only, also where one leads to another. */
async function opened(
  { botToken, apiUrl }: DownloadDeps,
  first: string,
  signal: AbortSignal,
): Promise<Response> {
  let address = first;
  for (let hop = 0; hop < mostHops; hop += 1) {
    if (!isOurs(address, apiUrl)) throw failed('rejected', 'the file does not lie on a host of Slack');
    const response = await fetch(address, {
      headers: { authorization: `Bearer ${botToken}` },
      redirect: 'manual',
      signal,
    });
    const next = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || next === null) return taken(response);
    await response.body?.cancel();
    address = new URL(next, address).href;
  }
  throw loginPage();
}

async function taken(response: Response): Promise<Response> {
  if (response.ok) return response;
  await response.body?.cancel();
  const { status, headers } = response;
  if (status === 429) {
    const seconds = Number(headers.get('retry-after') ?? Number.NaN);
    const retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : 60_000;
    throw new ChannelError({ reason: 'rate-limited', retryAfterMs }, 'Slack: too many files at once');
  }
  if (status === 401 || status === 403) throw loginPage();
  if (status === 404 || status === 410) throw failed('gone', 'the file is no longer there');
  throw failed('unavailable', `the file was answered with status ${status}`);
}

function isPage({ headers }: Response): boolean {
  return (headers.get('content-type') ?? '').startsWith('text/html');
}

/** Who may not read a file gets a page to log in on, with status 200: a page is a file only where it was said to be. */
function isPageItself({ mimetype, size }: FileFacts, bytes: Uint8Array): boolean {
  return mimetype === 'text/html' && bytes.length === size;
}
