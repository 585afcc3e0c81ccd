/**
 * What each line of a unified diff is. A taken line that began with `--` begins with `---` there, as the head of a
 * file does: which of the two it is, only the lengths in the head of its hunk tell. Pure.
 */

export type LineKind = 'head' | 'hunk' | 'added' | 'removed' | 'same';

/** Lines that are still to come in the hunk, on either side. */
interface Left {
  readonly before: number;
  readonly after: number;
}

export function kindsOf(lines: readonly string[]): readonly (readonly [line: string, kind: LineKind])[] {
  let left: Left = { before: 0, after: 0 };
  return lines.map((line, at) => {
    const hunk = hunkOf(line);
    const inside = left.before > 0 || left.after > 0;
    if (!inside && hunk !== undefined) {
      left = hunk;
      return [line, 'hunk'];
    }
    if (inside) left = without(left, line);
    return [line, !inside && isHead(line, lines, at) ? 'head' : changed(line)];
  });
}

function hunkOf(line: string): Left | undefined {
  if (!line.startsWith('@@')) return undefined;
  // Without lengths, as people and models write it, nothing is known of what follows.
  const [, before, , after] = /^@@ -\d+(?:,(\d+))? (\+)\d+(?:,(\d+))? @@/.exec(line) ?? ['', '0', '', '0'];
  return { before: Number(before ?? 1), after: Number(after ?? 1) };
}

function without({ before, after }: Left, line: string): Left {
  if (line.startsWith('-')) return { before: before - 1, after };
  if (line.startsWith('+')) return { before, after: after - 1 };
  // "\\ No newline at end of file" belongs to the line above it.
  return line.startsWith('\\') ? { before, after } : { before: before - 1, after: after - 1 };
}

/** The two lines that name a file stand together; what a program says around them begins in its own way. */
function isHead(line: string, lines: readonly string[], at: number): boolean {
  if (/^(diff |index |new file |deleted file |rename |similarity |old mode |new mode )/.test(line))
    return true;
  if (line.startsWith('--- ')) return lines[at + 1]?.startsWith('+++ ') === true;
  return line.startsWith('+++ ') && lines[at - 1]?.startsWith('--- ') === true;
}

function changed(line: string): LineKind {
  if (line.startsWith('+')) return 'added';
  return line.startsWith('-') ? 'removed' : 'same';
}
