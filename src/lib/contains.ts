import { relative, sep } from 'node:path';

/** Whether a path is a directory or lies below it. Both absolute and without symbolic links. */
export function contains(outer: string, inner: string): boolean {
  const way = relative(outer, inner);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`));
}
