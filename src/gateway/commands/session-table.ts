import { bindingCommands } from './binding-table.ts';
import type { Command } from './command.ts';
import { compact } from './compact.ts';
import { fork } from './fork.ts';
import { redo } from './redo.ts';
import { rename } from './rename.ts';
import { undo } from './undo.ts';

/** Those that are about the session of a thread. */
export const sessionCommands: readonly Command[] = [...bindingCommands, rename, compact, undo, redo, fork];
