import type { PromptFile, PromptText } from '../../core/agent.ts';
import type { FileRow, Piece } from '../../store/types.ts';
import { enclosed, quotation, spoken } from '../policy/words.ts';

/**
 * What the agent gets of a prompt, in order. `name` makes the id of the part at this place; `boundary` what a piece's
 * text files are enclosed with.
 */
export function partsOf(
  pieces: readonly Piece[],
  files: readonly FileRow[],
  others: readonly string[],
  name: (piece: Piece, order: number) => string,
  boundary: (piece: Piece) => string,
): { readonly parts: readonly PromptText[]; readonly files: readonly PromptFile[] } {
  const parts: PromptText[] = [];
  const media: PromptFile[] = [];
  for (const piece of pieces) {
    const id = () => name(piece, parts.length + media.length);
    if (piece.context !== undefined) parts.push({ id: id(), text: piece.context, hidden: true });
    parts.push({ id: id(), text: readOut(piece, others) });
    for (const file of files.filter(({ inbox }) => inbox === piece.inbox)) {
      if (file.mime === 'text/plain')
        parts.push({ id: id(), text: textFile(file, boundary(piece)), hidden: true });
      else media.push({ id: id(), name: file.name, mime: file.mime, bytes: file.bytes });
    }
  }
  return { parts, files: media };
}

/** The words of one piece: what it answers, who says it, and what came with it. */
function readOut(piece: Piece, others: readonly string[]): string {
  const { text, quote, speaker, files = [] } = piece;
  const attached = files.map(({ mime, name }) => `[Attached ${mime}: ${name}]`).join(' ');
  const body = [text, attached].filter((part) => part.trim() !== '').join('\n\n');
  const said = speaker === undefined ? body : spoken(speaker, body, others);
  return quote === undefined ? said : `${quotation(quote)}\n\n${said}`;
}

/** Names hold no quotation marks. */
function textFile({ name, bytes }: FileRow, boundary: string): string {
  return enclosed('attached-file', boundary, new TextDecoder().decode(bytes), name);
}
