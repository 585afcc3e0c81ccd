import type { AdapterDefinition } from '../../src/core/definition.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { platform } from './address.ts';
import { type DiscordConfig, parseConfig, variables } from './config.ts';

export const discord: AdapterDefinition<DiscordConfig> = {
  id: platform,
  variables,
  several: true,
  admins: [],
  parse: parseConfig,
  async create(config, { id, host }) {
    const { createDiscordAdapter } = await import('./adapter.ts');
    return createDiscordAdapter({ config, id, host });
  },
  diagnose: async (config, context) => (await import('./diagnose.ts')).diagnose(config, context),
  setup: async () => (await import('./setup.ts')).createSetup(systemClock),
};
