/**
 * What the operator's commands about people do in a running process: who may use the bot, pairing, taking it
 * back.
 */
import { randomUUID } from 'node:crypto';
import { clip } from '../core/clip.ts';
import { letIn, putOut } from '../gateway/access/pairing.ts';
import type { Ids } from '../gateway/ids.ts';
import type { ControlCommands } from '../lib/control.ts';
import type { Log } from '../lib/log.ts';
import { oneLine } from '../render/plain.ts';
import type { PersonRow, Store } from '../store/types.ts';

/** What an operator does about people: in the process that runs, or on the store where none does. */
export interface PeopleParts {
  readonly store: Pick<Store, 'people' | 'pairings'>;
  readonly ids: Ids;
  readonly admins: readonly string[];
  readonly log: Log;
}

export type PeopleCommandName = 'people' | 'pair' | 'unpair';

/** Gives lines to print; throws `UserError`. */
type PeopleCommand = (text: unknown) => Promise<readonly string[]>;

export function peopleCommands(
  parts: PeopleParts,
): ControlCommands & Readonly<Record<PeopleCommandName, PeopleCommand>> {
  const { store, ids, admins, log } = parts;
  return {
    people: () => list(parts),
    async pair(text) {
      const attempt = `operator:${randomUUID()}`;
      const person = await letIn(store, ids, { text: String(text), by: 'operator', attempt });
      log.info({ person: person.id, by: 'operator' }, 'person was let in');
      return [`${nameOf(person)} is let in, and is told so in their chat.`];
    },
    async unpair(text) {
      const person = await putOut(store.people, admins, String(text));
      log.info({ person: person.id, by: 'operator' }, 'person was put out');
      return [`${nameOf(person)} is no longer let in. What they asked for before still goes on.`];
    },
  };
}

async function list({ store, admins }: PeopleParts): Promise<readonly string[]> {
  const known = await store.people.list();
  const named = (id: string) => nameOf(known.find((one) => one.id === id) ?? { id, name: '' });
  const paired = known.filter(({ id, pairedAt }) => pairedAt !== undefined && !admins.includes(id));
  const asking = (await store.pairings.list()).filter(({ state }) => state === 'open');
  return [
    ...admins.map((id) => `Admin     ${named(id)}`),
    ...paired.map((person) => `Let in    ${nameOf(person)} · ${sinceOf(person)}`),
    ...asking.map(({ person, name }) => `Asks      ${nameOf({ id: person, name })}`),
    ...(paired.length + asking.length === 0 ? ['Nobody was let in, and nobody asks to be.'] : []),
  ];
}

function sinceOf({ pairedAt = 0, pairedBy = '' }: PersonRow): string {
  return `since ${new Date(pairedAt).toISOString().slice(0, 10)} by ${oneLine(pairedBy)}`;
}

/** Names are written by those who bear them: nothing in one may steer a terminal. */
function nameOf({ id, name }: Pick<PersonRow, 'id' | 'name'>): string {
  return name === '' ? oneLine(id) : `${oneLine(clip(name, 60))} · ${oneLine(id)}`;
}
