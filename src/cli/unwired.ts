import { ConfigError } from '../core/errors.ts';
import type { CreateApp } from './run.ts';

/** Stands where `createApp` of `app.ts` will, until that exists. */
export const createApp: CreateApp = () => {
  throw new ConfigError('The gateway is not built yet; only the configuration was checked, and it is well.');
};
