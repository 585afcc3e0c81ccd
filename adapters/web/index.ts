import type { AdapterDefinition } from '../../src/core/definition.ts';
import { createWebAdapter } from './adapter.ts';
import { parseConfig, variables, type WebConfig } from './config.ts';
import { owner, platform } from './inbound.ts';

export const web: AdapterDefinition<WebConfig> = {
  id: platform,
  variables,
  admins: [owner],
  parse: parseConfig,
  create: (config, { publicUrl }) => createWebAdapter({ config, publicUrl }),
};
