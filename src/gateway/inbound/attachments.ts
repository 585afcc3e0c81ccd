/** Files that came with a message: fetched once, checked by their bytes, kept with the prompt. */
import type { Attachment, ChannelAdapter } from '../../core/channel.ts';
import { ChannelError, isAgentError } from '../../core/errors.ts';
import type { Offers } from '../../core/library.ts';
import { orAborted } from '../../lib/abort.ts';
import { code } from '../../render/plain.ts';
import type { InboxRow, NewFile } from '../../store/types.ts';
import {
  admitted,
  type Fetched,
  judged,
  limits,
  type Remark,
  safeName,
  type Taste,
} from '../policy/files.ts';
import type { Project, Shard } from '../shard.ts';
import { outletOf } from '../shard.ts';

/** For all files of a message, which are fetched side by side, milliseconds. */
const patienceMs = 30_000;
/** After so many tries to handle the event a file that cannot be fetched now is given up. */
const mostTries = 3;

/** What came with a message and may be passed on, and what people are told of the rest. */
export interface Received {
  readonly files: readonly NewFile[];
  readonly remarks: readonly Remark[];
}

/** Rejects with ChannelError where a file cannot be fetched now and the event is to be handled again. */
export async function receiveFiles(
  shard: Shard,
  row: InboxRow,
  project: Project,
  attachments: readonly Attachment[],
): Promise<Received> {
  const named = attachments.map((one) => ({ ...one, name: safeName(one.name) }));
  const adapter = outletOf(shard, row.thread)?.adapter;
  const download = adapter?.download?.bind(adapter);
  if (download === undefined) return refusedAll(named, 'files cannot be fetched from this platform');
  const { wanted, remarks } = admitted(named);
  const fetched = await fetchAll(shard, row, download, wanted);
  const { accepted, remarks: more } = judged(fetched.files, await tasteOf(shard, row, project));
  const { files, remarks: unread } = await readable(shard, project, accepted);
  return { files, remarks: [...remarks, ...fetched.remarks, ...more, ...unread] };
}

export function refusedAll(attachments: readonly Pick<Attachment, 'name'>[], reason: string): Received {
  return { files: [], remarks: attachments.map(({ name }) => ({ name: safeName(name), reason })) };
}

/** A sentence for each file that was not passed on as it is. */
export function sentencesOf(remarks: readonly Remark[]): string {
  const sentence = ({ name, reason, cut }: Remark) =>
    `${code(name)} was ${cut === true ? 'passed on in part' : 'not passed on'}: ${reason}.`;
  return remarks.map(sentence).join('  \n');
}

type Download = NonNullable<ChannelAdapter['download']>;

interface FetchedAll {
  readonly files: readonly Fetched[];
  readonly remarks: readonly Remark[];
}

/** Side by side. Once the time is over, whatever a call says is only late. */
async function fetchAll(
  shard: Shard,
  row: InboxRow,
  download: Download,
  wanted: readonly Attachment[],
): Promise<FetchedAll> {
  const end = new AbortController();
  const late = new AbortController();
  const tooLate = new ChannelError({ reason: 'unavailable' }, 'the file did not come in time');
  void shard.clock.sleep(patienceMs, end.signal).then(() => late.abort(tooLate));
  const outcomes = await Promise.all(
    wanted.map((one) =>
      fetched(shard, row, orAborted(download(one, limits.fileBytes, late.signal), late.signal)),
    ),
  ).finally(() => {
    end.abort();
    late.abort(tooLate);
  });
  const files = wanted.flatMap(({ name, mime }, at) => {
    const outcome = outcomes[at];
    return outcome instanceof Uint8Array ? [{ name, mime, bytes: outcome }] : [];
  });
  const remarks = wanted.flatMap(({ name }, at) => {
    const outcome = outcomes[at];
    return typeof outcome === 'string' ? [{ name, reason: outcome }] : [];
  });
  return { files, remarks };
}

/** The bytes, or why there are none. */
async function fetched(
  { log }: Shard,
  row: InboxRow,
  bytes: Promise<Uint8Array>,
): Promise<Uint8Array | string> {
  try {
    return await bytes;
  } catch (error) {
    const reason = error instanceof ChannelError ? finalReason(error) : undefined;
    if (reason !== undefined) return reason;
    if (row.attempts + 1 < mostTries) throw error;
    log.warn({ inbox: row.id, error }, 'a file could not be fetched and is given up');
    return 'the platform did not hand it over; send it again';
  }
}

function finalReason({ failure }: ChannelError): string | undefined {
  if (failure.reason === 'gone') return 'the platform no longer has it; send it again';
  if (failure.reason === 'rejected') return `it is larger than ${limits.fileBytes / 1024 / 1024} MB`;
  return failure.reason === 'forbidden'
    ? 'the bot may not read files there; an operator can allow it'
    : undefined;
}

/** A server that is away tells nothing: then the file waits with its prompt, and the server says what it makes of it. */
async function tasteOf({ agent }: Shard, { thread }: InboxRow, project: Project): Promise<Taste> {
  const own = thread.model ?? project.model;
  const offers = await unlessAway<Offers | undefined>(agent.offers(project.directory), undefined);
  const model = own ?? offers?.model;
  if (model === undefined || offers?.takes === undefined) return { model, takes: undefined };
  return { model, takes: offers.takes[model] ?? [] };
}

/** An image that the server cannot read would take the whole prompt down. A server that is away is asked once. */
async function readable(
  { agent }: Shard,
  { directory }: Project,
  files: readonly NewFile[],
): Promise<Received> {
  const good: NewFile[] = [];
  const remarks: Remark[] = [];
  let away = false;
  for (const file of files) {
    const answer: boolean | undefined =
      file.mime.startsWith('image/') && !away
        ? await unlessAway<boolean | undefined>(agent.reads(directory, file), undefined)
        : true;
    away ||= answer === undefined;
    if (answer !== false) good.push(file);
    else remarks.push({ name: file.name, reason: 'it cannot be read as an image; it may be damaged' });
  }
  return { files: good, remarks };
}

async function unlessAway<T>(call: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!isAgentError(error)) throw error;
    return otherwise;
  }
}
