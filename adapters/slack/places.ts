/** Names of channels and of groups of people, as far as Slack tells them; looked up where a text mentions them. */
import { z } from 'zod';
import { createRecent } from '../../src/lib/recent.ts';
import type { Client } from './client.ts';
import type { Self } from './identity.ts';
import type { People } from './people.ts';
import { tryRead } from './wire.ts';
import { mentionsIn, type Names } from './wording.ts';

export interface Places extends Pick<Names, 'channel' | 'group'> {
  /** Learns what can be learnt; never rejects. */
  learnChannel(id: string): Promise<void>;
  learnGroups(): Promise<void>;
}

export interface PlacesDeps {
  readonly client: Client;
  now(): number;
}

/** Names change; and what Slack did not tell is not asked for with every message, milliseconds. */
const freshMs = 10 * 60_000;
const mostChannels = 2000;

interface Named {
  readonly at: number;
  readonly name: string | undefined;
}

interface Listed {
  readonly at: number;
  readonly list: readonly { readonly id: string; readonly handle: string }[];
}

const channelShape = z.object({ channel: z.object({ name: z.string().optional() }) });
const groupsShape = z.object({
  usergroups: z.array(z.object({ id: z.string(), handle: z.string() }).catch({ id: '', handle: '' })),
});

export function createPlaces({ client, now }: PlacesDeps): Places {
  const channels = createRecent<string, Named>(mostChannels);
  const groups = createRecent<'all', Listed>(1);
  const isFresh = (one: { readonly at: number } | undefined) => one !== undefined && now() - one.at < freshMs;
  return {
    channel: (id) => channels.get(id)?.name,
    group: (id) => groups.get('all')?.list.find((one) => one.id === id)?.handle,
    async learnChannel(id) {
      if (isFresh(channels.get(id))) return;
      const [answer] = await Promise.allSettled([client.conversations.info({ channel: id })]);
      const told = answer.status === 'fulfilled' ? tryRead(channelShape, answer.value).data : undefined;
      const name = told?.channel.name ?? channels.get(id)?.name;
      channels.set(id, { at: now(), name });
    },
    async learnGroups() {
      if (isFresh(groups.get('all'))) return;
      const [answer] = await Promise.allSettled([client.usergroups.list({})]);
      const told = answer.status === 'fulfilled' ? tryRead(groupsShape, answer.value).data : undefined;
      groups.set('all', { at: now(), list: told?.usergroups ?? groups.get('all')?.list ?? [] });
    },
  };
}

/** At most this many people, and channels, of one text are looked up for their names. */
const mostNames = 5;

/** Learns the names of what a text mentions; what has none then goes by a word of ours. */
export async function meet(people: People, places: Places, self: Self, text: string): Promise<void> {
  const found = mentionsIn(text);
  const others = found.people.filter((user) => user !== self.user);
  await Promise.allSettled([
    ...others.slice(0, mostNames).map((user) => people.author({ user })),
    ...found.channels.slice(0, mostNames).map((id) => places.learnChannel(id)),
    ...(found.groups.length > 0 ? [places.learnGroups()] : []),
  ]);
}

export function namesOf(people: People, places: Places): Names {
  return { person: people.name, channel: places.channel, group: places.group };
}
