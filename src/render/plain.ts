/** Text that somebody else wrote, made safe to stand inside Markdown of ours. Pure. */

/** Everything that can hide or reorder characters; line feed, tab and the plain space are harmless. */
const invisible = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

/** Control, bidirectional and zero-width characters become `⟨U+202E⟩`: what is approved is what is seen. */
export function visible(text: string): string {
  return text.replace(invisible, (found) => {
    const code = found.codePointAt(0) ?? 0;
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}

/** One line: what broke it becomes a space. */
export function oneLine(text: string): string {
  return visible(text.replace(/\s+/gu, ' ')).trim();
}

/** Shows a text of somebody as it is written, on one line: nothing in it is Markdown. */
export function escaped(text: string): string {
  return oneLine(text)
    .replace(/[\\`*~[\]<]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|&(?=#?\w+;)/gu, '\\$&')
    .replace(/^(\d+)([.)])/, '$1\\$2')
    .replace(/^[-+=#>|]/, '\\$&');
}

/** Inline code that the text cannot end. */
export function code(text: string): string {
  const line = oneLine(text);
  if (line === '') return '';
  const marks = '`'.repeat(longestRun(line) + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${marks}${pad}${line}${pad}${marks}`;
}

/** A code block that the text cannot end. */
export function fenced(text: string, language = ''): string {
  const marks = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${marks}${language}\n${text.replace(/\n+$/, '')}\n${marks}`;
}

/** A quotation of plain text. */
export function quoted(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${escaped(line)}`.trimEnd())
    .join('\n');
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}
