import type { Command } from './command.ts';
import { help } from './help.ts';

/** In the order in which people should see them. */
export const commands: readonly Command[] = [help];
