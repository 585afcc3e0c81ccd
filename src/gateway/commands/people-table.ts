import type { Command } from './command.ts';
import { pair } from './pair.ts';
import { unpair } from './unpair.ts';
import { who } from './who.ts';
import { why } from './why.ts';

/** Those that are about people and what they may do. */
export const peopleCommands: readonly Command[] = [why, who, pair, unpair];
