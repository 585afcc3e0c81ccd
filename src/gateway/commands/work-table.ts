import type { Command } from './command.ts';
import { diff } from './diff.ts';
import { file } from './file.ts';
import { output } from './output.ts';
import { todo } from './todo.ts';

/** Those that show what the agent's work left. */
export const workCommands: readonly Command[] = [diff, file, output, todo];
