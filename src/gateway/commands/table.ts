import { agent } from './agent.ts';
import { aside } from './aside.ts';
import { attach } from './attach.ts';
import type { Command } from './command.ts';
import { compact } from './compact.ts';
import { spent } from './cost.ts';
import { detach, unwatch } from './detach.ts';
import { diff } from './diff.ts';
import { file } from './file.ts';
import { fork } from './fork.ts';
import { help } from './help.ts';
import { listening } from './listen.ts';
import { model } from './model.ts';
import { mute } from './mute.ts';
import { fresh } from './new.ts';
import { notify } from './notify.ts';
import { output } from './output.ts';
import { pair } from './pair.ts';
import { redo } from './redo.ts';
import { rename } from './rename.ts';
import { sessions } from './sessions.ts';
import { status } from './status.ts';
import { steer } from './steer.ts';
import { stop } from './stop.ts';
import { todo } from './todo.ts';
import { undo } from './undo.ts';
import { unpair } from './unpair.ts';
import { verbosity } from './verbosity.ts';
import { watch } from './watch.ts';
import { who } from './who.ts';
import { why } from './why.ts';

/** What runs now. */
const running: readonly Command[] = [help, fresh, stop, steer, aside, status];
/** How a thread works from now on. */
const settings: readonly Command[] = [model, agent, verbosity, notify, listening, mute];
/** Which session a thread shows. */
const binding: readonly Command[] = [sessions, attach, watch, detach, unwatch];
/** The session of a thread. */
const session: readonly Command[] = [rename, compact, undo, redo, fork];
/** What the agent's work left. */
const work: readonly Command[] = [diff, file, output, todo, spent];
/** People and what they may do. */
const people: readonly Command[] = [why, who, pair, unpair];

/** All commands of ours, in the order in which people should see them. */
export const commands: readonly Command[] = [
  ...running,
  ...settings,
  ...binding,
  ...session,
  ...work,
  ...people,
];
