import type { AdapterDefinition } from '../src/core/definition.ts';
import { discord } from './discord/index.ts';
import { slack } from './slack/index.ts';
import { telegram } from './telegram/index.ts';
import { web } from './web/index.ts';

/** Every platform that Dragoman speaks with: a new one is a folder and a line here. */
export const adapters: readonly AdapterDefinition[] = [web, slack, telegram, discord];
