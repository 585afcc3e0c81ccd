import type { AdapterDefinition } from '../../src/core/definition.ts';
import { parseConfig, variables, type WebConfig } from './config.ts';
import { owner, platform } from './inbound.ts';

export const web: AdapterDefinition<WebConfig> = {
  id: platform,
  variables,
  admins: [owner],
  parse: parseConfig,
  async create(config, { publicUrl, host }) {
    const { createWebAdapter } = await import('./adapter.ts');
    return createWebAdapter({ config, publicUrl, host });
  },
  diagnose: async (config, context) => (await import('./diagnose.ts')).diagnose(config, context),
  setup: async () => (await import('./setup.ts')).setup,
};
