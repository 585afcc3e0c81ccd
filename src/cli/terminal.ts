import { ConfigError } from '../core/errors.ts';

/** Where the CLI speaks: what was asked for, and what went wrong. */
export interface Terminal {
  print(line: string): void;
  complain(line: string): void;
}

export const exitCodes = { well: 0, failed: 1, refused: 2, absent: 3 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What the operator can mend is said plainly; anything else is a bug of ours and shows where it is. */
export function explain(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof ConfigError) {
    terminal.complain(error.message);
    return exitCodes.refused;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.complain(`Dragoman ended because of a mistake of its own. Please report it:\n${stack}`);
  return exitCodes.failed;
}

/**
 * Whoever read our output may be gone before us (`| head`, a closed terminal). What is said then is lost, but the work
 * goes on to its orderly end: a process that died of it would leave its agent server behind.
 */
export function outliveReaders(streams: readonly NodeJS.WritableStream[]): void {
  for (const stream of streams) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
  }
}
