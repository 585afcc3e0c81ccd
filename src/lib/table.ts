import type { AlignType, Table } from 'mdast';
import { textOf } from './markdown.ts';

/** A table as lines of equal width in a fixed-width type, its columns aligned. */
export function tableLines(table: Table): string {
  const rows = table.children.map((row) =>
    row.children.map((cell) => textOf(cell).replace(/\s+/g, ' ').trim()),
  );
  const count = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, at) =>
    Math.max(1, ...rows.map((row) => widthOf(row[at] ?? ''))),
  );
  const lines = rows.map((row) =>
    widths
      .map((width, at) => padded(row[at] ?? '', width, table.align?.[at]))
      .join('  ')
      .trimEnd(),
  );
  const [head = '', ...body] = lines;
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [head, rule, ...body].join('\n');
}

function padded(text: string, width: number, align: AlignType | undefined): string {
  const free = width - widthOf(text);
  const before = align === 'right' ? free : align === 'center' ? Math.floor(free / 2) : 0;
  return `${' '.repeat(before)}${text}${' '.repeat(free - before)}`;
}

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;
const unseen = /\p{Mark}|\p{Default_Ignorable_Code_Point}/u;

/** Columns of a fixed-width type. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += unseen.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return width;
}
