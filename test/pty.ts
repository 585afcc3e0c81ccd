import { stripVTControlCharacters } from 'node:util';
import { spawn } from '@lydell/node-pty';
import { expect } from 'vitest';

/** A program at a terminal, and the person before it. */
export interface Pty {
  /** All that was shown so far, without colours and movements. */
  shown(): string;
  /** Resolves when this is shown, after all that was seen by earlier calls. */
  sees(text: string | RegExp): Promise<void>;
  type(text: string): void;
  readonly ended: Promise<number>;
  kill(): void;
}

export const keys = { enter: '\r', down: '\u001b[B', left: '\u001b[D', interrupt: '\u0003' } as const;

export interface PtyOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function openPty(args: readonly string[], { cwd, env }: PtyOptions): Pty {
  const terminal = spawn(process.execPath, [...args], { cwd, env: { ...env }, cols: 100, rows: 40 });
  const state = { text: '', seen: 0, exited: false };
  terminal.onData((data) => {
    state.text += data;
  });
  const ended = new Promise<number>((resolve) => {
    terminal.onExit(({ exitCode }) => {
      state.exited = true;
      resolve(exitCode);
    });
  });
  const shown = () => stripVTControlCharacters(state.text);
  return {
    shown,
    async sees(text) {
      const look = () => {
        const rest = shown().slice(state.seen);
        const at = typeof text === 'string' ? rest.indexOf(text) : rest.search(text);
        if (at < 0) throw new Error(`not shown: ${String(text)}\n${rest}`);
        state.seen += at + (typeof text === 'string' ? text.length : (rest.match(text)?.[0].length ?? 0));
      };
      await expect.poll(() => attempt(look), { timeout: 60_000, interval: 50 }).toBe('');
    },
    type: (text) => terminal.write(text),
    ended,
    kill: () => {
      if (!state.exited) terminal.kill('SIGKILL');
    },
  };
}

/** Empty: it went well; else why it did not. */
function attempt(look: () => void): string {
  try {
    look();
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
