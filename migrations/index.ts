import type { Migration } from 'kysely/migration';
import { up as base } from './0001_base.ts';

/** Every step of the schema by name, in order. Forward only: a step that was released never changes. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001_base': { up: base },
};
