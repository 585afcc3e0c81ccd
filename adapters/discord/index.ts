import type { AdapterDefinition } from '../../src/core/definition.ts';
import { createDiscordAdapter } from './adapter.ts';
import { platform } from './address.ts';
import { type DiscordConfig, parseConfig, variables } from './config.ts';
import { diagnose } from './diagnose.ts';
import { setup } from './setup.ts';

export const discord: AdapterDefinition<DiscordConfig> = {
  id: platform,
  variables,
  admins: [],
  parse: parseConfig,
  create: (config) => createDiscordAdapter({ config }),
  diagnose,
  setup,
};
