import type { AdapterDefinition } from '../../src/core/definition.ts';
import { createSlackAdapter } from './adapter.ts';
import { parseConfig, type SlackConfig, variables } from './config.ts';
import { platform } from './inbound.ts';

export const slack: AdapterDefinition<SlackConfig> = {
  id: platform,
  variables,
  admins: [],
  parse: parseConfig,
  create: (config, { publicUrl }) => createSlackAdapter({ config, publicUrl }),
};
