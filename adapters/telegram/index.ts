import type { AdapterDefinition } from '../../src/core/definition.ts';
import { createTelegramAdapter } from './adapter.ts';
import { platform } from './address.ts';
import { parseConfig, type TelegramConfig, variables } from './config.ts';
import { diagnose } from './diagnose.ts';
import { setup } from './setup.ts';

export const telegram: AdapterDefinition<TelegramConfig> = {
  id: platform,
  variables,
  admins: [],
  parse: parseConfig,
  create: (config) => createTelegramAdapter({ config }),
  diagnose,
  setup,
};
