/** All that somebody said with one message, wherever in it that stands: text, blocks, attachments. Pure. */
import { blocksText, isObject, listOf, textField } from './blocks-in.ts';
import type { FileWire, SaidWire, SharedWire } from './wire.ts';

/** What one person passed on of another's. */
export interface SharedWords {
  readonly from: SharedWire;
  /** In Slack's own markup. */
  readonly text: string;
}

/** What they said, in Slack's own markup: their text, and what stands in blocks that it does not tell. */
export function spokenText({ text, blocks, attachments, client_msg_id: typed }: SaidWire): string {
  // What a person types stands in the text as in the blocks; what programs post may stand in either.
  const isTold = typed !== undefined && (text ?? '').trim() !== '';
  const others = listOf(blocks).filter(({ type }) => !(isTold && type === 'rich_text'));
  const parts = [
    ...blocksText(others),
    ...(attachments ?? []).filter((one) => !isShared(one) && !isPreview(one)).map(attachmentText),
  ];
  return parts.reduce((all, part) => (holds(all, part) ? all : joined([all, part])), text ?? '');
}

/** Messages of elsewhere that were passed on with it, by the menu or by their links. */
export function sharedIn({ attachments }: SaidWire): readonly SharedWords[] {
  return (attachments ?? []).filter(isShared).flatMap((from) => {
    const text = sharedText(from);
    return text === '' ? [] : [{ from, text }];
  });
}

/** Files of the message and of those that were passed on with it. */
export function filesIn({ files, attachments }: SaidWire): readonly FileWire[] {
  const passedOn = (attachments ?? []).filter(isShared).flatMap((one) => one.files ?? []);
  const all = [...(files ?? []), ...passedOn];
  return all.filter(({ id }, at) => all.findIndex((one) => one.id === id) === at);
}

function isShared({ is_share: share, is_msg_unfurl: linked }: SharedWire): boolean {
  return share === true || linked === true;
}

/** What Slack shows of an address that stands in the text. */
function isPreview({ from_url: from, original_url: original }: SharedWire): boolean {
  return from !== undefined || original !== undefined;
}

function sharedText(from: SharedWire): string {
  const blocks = listOf(from.message_blocks).flatMap((one) =>
    isObject(one['message']) ? blocksText(one['message']['blocks']) : [],
  );
  return [...blocks, ...blocksText(from.blocks)].reduce(
    (all, part) => (holds(all, part) ? all : joined([all, part])),
    from.text ?? '',
  );
}

/** What programs write beside their text, and where a pasted table stands. */
function attachmentText(one: SharedWire): string {
  const { pretext = '', title = '', title_link: link, text = '', blocks } = one;
  const fields = listOf(one.fields).map((field) =>
    joined([textField(field, 'title'), textField(field, 'value')], ': '),
  );
  const heading = link === undefined || title === '' ? title : `<${link}|${title}>`;
  const words = joined([pretext, heading, text, ...fields, ...blocksText(blocks)], '\n');
  return words === '' ? (one.fallback ?? '') : words;
}

function joined(parts: readonly string[], between = '\n\n'): string {
  return parts.filter((part) => part.trim() !== '').join(between);
}

/** Whether a text says it already, in whichever marks. */
function holds(text: string, part: string): boolean {
  return bare(text).includes(bare(part));
}

function bare(text: string): string {
  return text.replace(/\|[^>\n]*>/g, '>').replace(/[^\p{L}\p{N}]+/gu, '');
}
