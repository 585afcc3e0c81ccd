/** What an event of Slack does not say itself and somebody has to be asked for: names, rights, files. */
import type { Author } from '../../src/core/channel.ts';
import { attachmentsOf } from './attachments.ts';
import type { Client } from './client.ts';
import type { Self } from './identity.ts';
import { type Facts, type Gesture, platform } from './inbound.ts';
import { nameless, type People } from './people.ts';
import { meet, namesOf, type Places } from './places.ts';
import type { SharedWire } from './wire.ts';

export interface FactsDeps {
  readonly people: People;
  readonly places: Places;
  readonly self: Self;
  /** Has less patience than others: an event is to be stored within three seconds. */
  readonly lookUps: Client;
}

/** All that has to be looked up for a gesture, at once. Rejects where its author cannot be. */
export async function factsOf(
  gesture: Gesture,
  { people, places, self, lookUps }: FactsDeps,
): Promise<Facts> {
  const said = gesture.type === 'said' ? gesture : undefined;
  const passedOn = said?.shared ?? [];
  const own = gesture.type === 'deleted' ? '' : gesture.text;
  const texts = [own, ...passedOn.map(({ text }) => text)].join(' ');
  const [author, attachments, quoted] = await Promise.all([
    people.author(gesture.writer),
    attachmentsOf(lookUps, said?.files ?? []),
    authorOf(people, passedOn[0]?.from),
    meet(people, places, self, texts),
  ]);
  return { author, names: namesOf(people, places), attachments, ...(quoted === undefined ? {} : { quoted }) };
}

/** Who wrote what was passed on; who cannot be looked up goes by what Slack wrote beside it. */
async function authorOf(people: People, shared: SharedWire | undefined): Promise<Author | undefined> {
  if (shared === undefined) return undefined;
  const { author_id: user = '', author_name: name } = shared;
  const unknown = { id: `${platform}:${user || 'unknown'}`, name: name || nameless };
  if (!/^[UW]/.test(user)) return { ...unknown, bot: true };
  return people.author({ user }).catch(() => unknown);
}
