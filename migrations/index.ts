import type { Migration } from 'kysely/migration';
import { up as base } from './0001_base.ts';
import { up as people } from './0003_people.ts';
import { up as notices } from './0004_notices.ts';
import { up as elsewhere } from './0005_elsewhere.ts';
import { up as commands } from './0006_commands.ts';
import { up as files } from './0007_files.ts';
import { up as places } from './0008_places.ts';
import { up as withdrawn } from './0009_withdrawn.ts';
import { up as lost } from './0010_lost.ts';
import { up as seen } from './0011_seen.ts';
import { up as listening } from './0013_listening.ts';
import { up as words } from './0015_words.ts';

/** Every step of the schema by name, in order. Forward only: a step that was released never changes. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001_base': { up: base },
  '0003_people': { up: people },
  '0004_notices': { up: notices },
  '0005_elsewhere': { up: elsewhere },
  '0006_commands': { up: commands },
  '0007_files': { up: files },
  '0008_places': { up: places },
  '0009_withdrawn': { up: withdrawn },
  '0010_lost': { up: lost },
  '0011_seen': { up: seen },
  '0013_listening': { up: listening },
  '0015_words': { up: words },
};
