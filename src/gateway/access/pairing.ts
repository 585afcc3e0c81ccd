/** How somebody is let in: a code that they show, and an admin who says it. */
import { UserError } from '../../core/errors.ts';
import { isSecret } from '../../lib/secret.ts';
import type { PersonRow, Store } from '../../store/types.ts';
import type { Ids } from '../ids.ts';
import { pairingHashOf, readCode } from './pairing-code.ts';

/** Lets people in and puts them out, for a command in a chat as for one of the operator. */

type People = Pick<Store, 'people' | 'pairings'>;

export interface Try {
  /** What was typed as a code. */
  readonly text: string;
  /** An admin's id, or `operator`. */
  readonly by: string;
  /** Names the try: the same one again counts once. */
  readonly attempt: string;
}

/**
 * Lets in the person of this code; again: the same person. Throws `UserError` where there is none.
 *
 * Every wrong code counts against all codes that are open, since nobody can know which one was meant; five end them.
 */
export async function letIn(
  { people, pairings }: People,
  ids: Ids,
  { text, by, attempt }: Try,
): Promise<PersonRow> {
  const code = readCode(text);
  if (code === undefined)
    throw new UserError(
      'Say which code: eight letters and digits, such as 4821-KQWX, as the bot told the person.',
    );
  const hash = pairingHashOf(ids, code);
  // All are compared, so that the time tells nothing of any.
  const [found] = (await pairings.list()).filter((one) => isSecret(one.hash, hash));
  if (found === undefined) {
    await pairings.missed(attempt);
    throw new UserError(
      'No code like that is open. Check it with the person who has it; after five wrong ones all open codes end.',
    );
  }
  if (found.state === 'open') await people.pair(found, by);
  const person = (await people.list()).find(({ id }) => id === found.person);
  if (person?.pairedAt !== undefined) return person;
  throw new UserError(
    `That code of ${found.name} is no longer valid. They get a new one when they write to the bot again.`,
  );
}

/** By id, or by a name that only one of them has; again: the same person. Throws `UserError` where there is none. */
export async function putOut(
  people: Store['people'],
  admins: readonly string[],
  who: string,
): Promise<PersonRow> {
  const wanted = who.trim();
  if (wanted === '') throw new UserError('Say who, by id or name.');
  if (admins.includes(wanted))
    throw new UserError(`${wanted} is an admin by configuration: an operator can change DRAGOMAN_ADMINS.`);
  const known = await people.list();
  const byId = known.filter(({ id }) => id === wanted);
  const byName = known.filter(({ id, name }) => name === wanted && !admins.includes(id));
  const [person, other] = byId.length > 0 ? byId : byName;
  if (person === undefined) throw new UserError(`Nobody known here is called "${wanted}".`);
  if (other !== undefined)
    throw new UserError(
      `Several people are called "${wanted}": ${byName.map(({ id }) => id).join(', ')}. Say the id.`,
    );
  await people.unpair(person.id);
  return person;
}
