import { agent } from './agent.ts';
import type { Command } from './command.ts';
import { model } from './model.ts';
import { notify } from './notify.ts';
import { verbosity } from './verbosity.ts';

/** Those that say how a thread works from now on. */
export const settingCommands: readonly Command[] = [model, agent, verbosity, notify];
