/**
 * Files go up in three steps: an address is asked for, the bytes are sent there, and the file is shared. Only the last
 * one can be seen by people, and Slack does it some time after its answer, which does not tell the message. So the
 * file's id is stored before, under the post's key: where it stands can be asked for at any time, and what was shared
 * is not shared again.
 */
import { z } from 'zod';
import type { Documents, MessageId, OutboundFile, ThreadAddress } from '../../src/core/channel.ts';
import { ChannelError } from '../../src/core/errors.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { fileFactsOf, isOurs } from './attachments.ts';
import type { Client } from './client.ts';
import { isInDoubt, wordOf } from './failures.ts';
import { main } from './inbound.ts';
import { markup } from './markup.ts';

export interface UploadDeps {
  readonly client: Client;
  readonly apiUrl: string | undefined;
  readonly clock: Clock;
  readonly documents: Documents;
}

const collection = 'uploads';
const recordShape = z.object({
  file: z.string(),
  channel: z.string(),
  thread: z.string(),
  /** Epoch milliseconds. */
  at: z.number(),
  /** Slack took it, and shares it. */
  taken: z.boolean(),
  message: z.string().optional(),
});
type Record = z.infer<typeof recordShape>;

/** Nobody looks for a post any more, milliseconds. */
const keptMs = 24 * 3_600_000;
/** Most files are shared within a second; what Slack looks through for longer is asked for again later, milliseconds. */
const looksAfterMs = [0, 300, 700, 1000, 2000, 4000];
/** Slack now and then says yes and shares nothing: after this long it is taken for lost, milliseconds. */
const lostMs = 10 * 60_000;
const sendMs = 120_000;
const longestComment = 3000;
/** Slack colours a diff of up to this many bytes. */
const longestSnippet = 1_000_000;

export async function upload(
  deps: UploadDeps,
  address: ThreadAddress,
  file: OutboundFile,
  key: string,
): Promise<MessageId> {
  const { client, clock } = deps;
  const { channel, thread } = address;
  const id = await sent(deps, file);
  const record: Record = { file: id, channel, thread, at: clock.now(), taken: false };
  await keep(deps, key, record);
  const comment = markup(file.markdown, longestComment);
  try {
    await client.files.completeUploadExternal({
      files: [{ id, title: file.name }],
      channel_id: channel,
      ...(comment === '' ? {} : { initial_comment: comment }),
      ...(thread === main ? {} : { thread_ts: thread }),
    } as Parameters<Client['files']['completeUploadExternal']>[0]);
  } catch (error) {
    // What is no definite no is in doubt, and looked up.
    if (!isInDoubt(error)) await deps.documents.remove(collection, key);
    throw error;
  }
  return shown(deps, key, { ...record, taken: true });
}

/** The id of the file, whose bytes Slack has. Nobody sees it yet. */
async function sent({ client, apiUrl }: UploadDeps, { name, bytes }: OutboundFile): Promise<string> {
  const snippet = /\.(diff|patch)$/.test(name) && bytes.length <= longestSnippet;
  const { upload_url: url, file_id: id } = await client.files.getUploadURLExternal({
    filename: name,
    length: bytes.length,
    ...(snippet ? { snippet_type: 'diff' } : {}),
  });
  if (url === undefined || id === undefined || !isOurs(url, apiUrl))
    throw new ChannelError({ reason: 'unavailable' }, 'Slack: no address to upload to was told');
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array(bytes),
    redirect: 'error',
    signal: AbortSignal.timeout(sendMs),
  });
  await response.body?.cancel();
  if (!response.ok)
    throw new ChannelError(
      { reason: 'unavailable' },
      `Slack: the upload was answered with status ${response.status}`,
    );
  return id;
}

/** The message that shows it, once it is there. */
async function shown(deps: UploadDeps, key: string, record: Record): Promise<MessageId> {
  await keep(deps, key, record);
  const message = await shareOf(deps, record);
  if (message === undefined)
    throw new ChannelError({ reason: 'unavailable' }, 'Slack: the file is not shown yet');
  await keep(deps, key, { ...record, message });
  return message;
}

/** The message of the upload with this key. Rejects as unavailable while Slack may still be about to show it. */
export async function findUpload(
  deps: UploadDeps,
  { channel, thread }: ThreadAddress,
  key: string,
): Promise<MessageId | undefined> {
  const parsed = recordShape.safeParse(await deps.documents.get(collection, key));
  if (!parsed.success || parsed.data.channel !== channel || parsed.data.thread !== thread) return undefined;
  const record = parsed.data;
  if (record.message !== undefined) return record.message;
  if (record.taken && deps.clock.now() - record.at < lostMs) return shown(deps, key, record);
  const message = await shareOf(deps, record);
  if (message !== undefined) await keep(deps, key, { ...record, message });
  return message;
}

async function keep({ documents }: UploadDeps, key: string, record: Record): Promise<void> {
  await documents.put(collection, key, record);
}

async function shareOf(deps: UploadDeps, record: Record): Promise<MessageId | undefined> {
  for (const pause of looksAfterMs) {
    if (pause > 0) await deps.clock.sleep(pause);
    const message = await shareNow(deps, record);
    if (message !== undefined) return message;
  }
  return undefined;
}

async function shareNow({ client }: UploadDeps, { file, channel, thread }: Record) {
  try {
    const { shares } = await fileFactsOf(client, file);
    const places = [...(shares?.public?.[channel] ?? []), ...(shares?.private?.[channel] ?? [])];
    // It was shared by us alone, unless people passed it on.
    return (places.find((place) => place.thread_ts === thread) ?? places[0])?.ts;
  } catch (error) {
    if (wordOf(error) === 'file_not_found') return undefined;
    throw error;
  }
}

/** Forgets uploads that nobody looks for any more. */
export async function pruneUploads(documents: Documents, now: number): Promise<void> {
  for (const { key, value } of await documents.list(collection)) {
    const record = recordShape.safeParse(value);
    if (!record.success || now - record.data.at > keptMs) await documents.remove(collection, key);
  }
}
