import type { AdapterDefinition } from '../../src/core/definition.ts';
import { createSlackAdapter } from './adapter.ts';
import { parseConfig, type SlackConfig, variables } from './config.ts';
import { diagnose } from './diagnose.ts';
import { platform } from './inbound.ts';
import { setup } from './setup.ts';

export const slack: AdapterDefinition<SlackConfig> = {
  id: platform,
  variables,
  admins: [],
  parse: parseConfig,
  create: (config, { publicUrl }) => createSlackAdapter({ config, publicUrl }),
  diagnose,
  setup,
};
