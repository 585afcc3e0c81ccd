import type { Command } from './command.ts';
import { help } from './help.ts';
import { pair } from './pair.ts';
import { unpair } from './unpair.ts';
import { who } from './who.ts';
import { why } from './why.ts';

/** In the order in which people should see them. */
export const commands: readonly Command[] = [help, why, who, pair, unpair];
