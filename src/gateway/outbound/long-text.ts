/** Texts that may be too long for a message: a block, a file, or as much as fits. */
import type { OutboundFile } from '../../core/channel.ts';
import { headOf } from '../../core/clip.ts';
import { fenced } from '../../render/plain.ts';
import type { InboxRow } from '../../store/types.ts';
import type { Shard } from '../shard.ts';
import { outletOf } from '../shard.ts';
import type { Notices } from './notices.ts';

/** A text that is shown as a code block where it is short, and as a file where it is not. */
export interface LongText {
  readonly text: string;
  readonly language: string;
  /** Markdown above the block. */
  readonly above: string;
  readonly file: Pick<OutboundFile, 'name' | 'mime' | 'markdown'>;
}

/** Longer blocks push the conversation out of sight. */
const mostLines = 60;
/** Room for the fence and the note below a text that is cut, in the platform's units. */
const margin = 200;
/** Where the platform is not here to say how much it takes. */
const leastLength = 2000;
/** Bytes of any file that goes out: it is kept in the database until it is there. */
const largestFile = 10_000_000;

/** Largest file that the thread's platform takes; undefined: it takes none. */
export function fileLimit(shard: Shard, { thread }: InboxRow): number | undefined {
  const uploads = outletOf(shard, thread)?.adapter.capabilities.uploads ?? 'none';
  return uploads === 'none' ? undefined : Math.min(largestFile, uploads.maxBytes);
}

export async function showText(
  { shard, notices }: { readonly shard: Shard; readonly notices: Notices },
  row: InboxRow,
  one: LongText,
): Promise<void> {
  const { text, language, above, file } = one;
  const block = `${above}${fenced(text, language)}`;
  const isShort = fits(shard, row, block);
  if (isShort && text.trimEnd().split('\n').length <= mostLines) return notices.say(row, block);
  const limit = fileLimit(shard, row);
  const bytes = new TextEncoder().encode(text);
  if (limit !== undefined && bytes.length <= limit) return notices.share(row, { ...file, bytes });
  await notices.say(row, isShort ? block : cutBlock(shard, row, one));
}

/** Is it one message of the thread? */
export function fits(shard: Shard, { thread }: InboxRow, markdown: string): boolean {
  const known = outletOf(shard, thread)?.adapter.capabilities;
  return (known?.measure(markdown) ?? markdown.length) <= (known?.maxLength ?? leastLength);
}

/** As much as fits; what is cut is said. */
function cutBlock(shard: Shard, row: InboxRow, { text, language, above }: LongText): string {
  const known = outletOf(shard, row.thread)?.adapter.capabilities;
  let room = (known?.maxLength ?? leastLength) - margin - above.length;
  const cutTo = (head: string) =>
    `${above}${fenced(`${head}\n… ${text.length - head.length} more characters`, language)}`;
  const block = () => cutTo(headOf(text, room));
  // Some platforms count signs more than once.
  while (room > margin && !fits(shard, row, block())) room = Math.floor(room * 0.8);
  return block();
}

/** At most so many characters of a name stay, none of which a file system or a platform takes amiss. */
const longestName = 60;

/** A name for a file out of a title; `otherwise` where nothing of it can be one. */
export function fileName(title: string, ending: string, otherwise: string): string {
  const words = headOf(title.replace(/[^\p{L}\p{N}\p{M}._-]+/gu, '-'), longestName);
  const name = words.replace(/^[-.]+|[-.]+$/g, '');
  return `${name === '' ? otherwise : name}.${ending}`;
}
