/** Diffs and paths as a person in the project would read them. */

/** A card or a file shows it; beyond this the person reads the diff in the repository. */
const longestDiffCharacters = 65_536;
/** Lines of a diff that name a file. */
const fileLine = /^(--- |\+\+\+ )(.+)$/gm;
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

/** The same, whole. */
export function relativeDiff(raw: string, directory: string): string {
  const plain = raw.replace(banner, '');
  if (directory === '') return plain;
  return plain.replace(fileLine, (line, mark: string, path: string) =>
    path.startsWith(`${directory}/`) ? `${mark}${path.slice(directory.length + 1)}` : line,
  );
}

/** The path as a person in that project would write it. */
export function relative(path: string, directory: string): string {
  return directory !== '' && path.startsWith(`${directory}/`) ? path.slice(directory.length + 1) : path;
}
