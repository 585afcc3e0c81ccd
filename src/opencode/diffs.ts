/** Diffs and paths as a person in the project would read them. */

/** A card or a file shows it; beyond this the person reads the diff in the repository. */
const longestDiffCharacters = 65_536;
/** A line of a diff that names a file, as long as it stands between hunks. */
const fileLine = /^(--- |\+\+\+ )(.+)$/;
const hunkLine = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/;
/** The file's name once more and a line across, as the server writes them above the two: no tool needs them. */
const banner = /^Index: .+\n=+\n(?=--- )/gm;

/** A diff as a person in that project would read it: paths relative, the end cut off where it is too long. */
export function diffOf(raw: string, directory: string): string {
  return relativeDiff(
    raw.length <= longestDiffCharacters
      ? raw
      : `${raw.slice(0, raw.lastIndexOf('\n', longestDiffCharacters))}\n`,
    directory,
  );
}

/** The same, whole. What stands in a hunk is content and stays as it is, whatever it looks like. */
export function relativeDiff(raw: string, directory: string): string {
  const plain = raw.replace(banner, '');
  if (directory === '') return plain;
  let left: Hunk = { before: 0, after: 0 };
  return plain
    .split('\n')
    .map((line) => {
      if (left.before > 0 || left.after > 0) {
        left = without(left, line);
        return line;
      }
      left = hunkOf(line) ?? left;
      return line.replace(fileLine, (_, mark: string, path: string) => `${mark}${relative(path, directory)}`);
    })
    .join('\n');
}

/** Lines of a hunk that are yet to come, of the text before the change and of the one after it. */
interface Hunk {
  readonly before: number;
  readonly after: number;
}

function hunkOf(line: string): Hunk | undefined {
  const [found, before = '1', after = '1'] = hunkLine.exec(line) ?? [];
  return found === undefined ? undefined : { before: Number(before), after: Number(after) };
}

function without({ before, after }: Hunk, line: string): Hunk {
  const sign = line[0];
  if (sign === '\\') return { before, after };
  return { before: before - (sign === '+' ? 0 : 1), after: after - (sign === '-' ? 0 : 1) };
}

/** The path as a person in that project would write it. */
export function relative(path: string, directory: string): string {
  return directory !== '' && path.startsWith(`${directory}/`) ? path.slice(directory.length + 1) : path;
}
