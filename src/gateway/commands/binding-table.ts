import { attach } from './attach.ts';
import type { Command } from './command.ts';
import { detach, unwatch } from './detach.ts';
import { sessions } from './sessions.ts';
import { watch } from './watch.ts';

/** Those that are about which session a thread shows. */
export const bindingCommands: readonly Command[] = [sessions, attach, watch, detach, unwatch];
