import type { AdapterDefinition } from '../../src/core/definition.ts';
import { createWebAdapter } from './adapter.ts';
import { parseConfig, variables, type WebConfig } from './config.ts';
import { diagnose } from './diagnose.ts';
import { owner, platform } from './inbound.ts';
import { setup } from './setup.ts';

export const web: AdapterDefinition<WebConfig> = {
  id: platform,
  variables,
  admins: [owner],
  parse: parseConfig,
  create: (config, { publicUrl }) => createWebAdapter({ config, publicUrl }),
  diagnose,
  setup,
};
