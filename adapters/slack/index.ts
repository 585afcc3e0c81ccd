import type { AdapterDefinition } from '../../src/core/definition.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { parseConfig, type SlackConfig, variables } from './config.ts';
import { platform } from './inbound.ts';

export const slack: AdapterDefinition<SlackConfig> = {
  id: platform,
  variables,
  several: true,
  admins: [],
  parse: parseConfig,
  async create(config, { id, publicUrl, host }) {
    const { createSlackAdapter } = await import('./adapter.ts');
    return createSlackAdapter({ config, id, publicUrl, host });
  },
  diagnose: async (config, context) => (await import('./diagnose.ts')).diagnose(config, context),
  setup: async () => (await import('./setup.ts')).createSetup(systemClock),
};
