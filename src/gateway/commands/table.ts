import type { Command } from './command.ts';
import { help } from './help.ts';
import { fresh } from './new.ts';
import { peopleCommands } from './people-table.ts';
import { sessionCommands } from './session-table.ts';
import { settingCommands } from './setting-table.ts';
import { status } from './status.ts';
import { steer } from './steer.ts';
import { stop } from './stop.ts';
import { workCommands } from './work-table.ts';

/** In the order in which people should see them. */
export const commands: readonly Command[] = [
  help,
  fresh,
  stop,
  steer,
  status,
  ...settingCommands,
  ...sessionCommands,
  ...workCommands,
  ...peopleCommands,
];
