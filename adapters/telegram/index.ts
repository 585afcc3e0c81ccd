import type { AdapterDefinition } from '../../src/core/definition.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { platform } from './address.ts';
import { parseConfig, type TelegramConfig, variables } from './config.ts';

export const telegram: AdapterDefinition<TelegramConfig> = {
  id: platform,
  variables,
  several: true,
  admins: [],
  parse: parseConfig,
  async create(config, { id, host }) {
    const { createTelegramAdapter } = await import('./adapter.ts');
    return createTelegramAdapter({ config, id, host });
  },
  diagnose: async (config, context) => (await import('./diagnose.ts')).diagnose(config, context),
  setup: async () => (await import('./setup.ts')).createSetup(systemClock),
};
