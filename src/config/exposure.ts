import { statSync } from 'node:fs';
import type { ConfigFile } from './file.ts';

/** Whether whoever reads the configuration file learns a secret; paths of files that hold one are none. */
export function tellsSecrets({ servers, bots }: ConfigFile): boolean {
  return (
    Object.values(servers).some(({ password }) => password !== undefined) ||
    Object.values(bots).some((bot) =>
      Object.keys(bot).some((key) => /(password|token|secret|key)$/i.test(key)),
    )
  );
}

/** A warning where others on this machine can read it. */
export function warnExposed(path: string): readonly string[] {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  if ((mode & 0o077) === 0) return [];
  return [`${path} holds secrets, and others on this machine can read it. Close it with: chmod 600 ${path}`];
}
