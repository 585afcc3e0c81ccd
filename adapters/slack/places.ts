/** Names of channels and of groups of people, as far as Slack tells them; looked up where a text mentions them. */
import { z } from 'zod';
import type { Documents, ThreadAddress } from '../../src/core/channel.ts';
import { createRecent } from '../../src/lib/recent.ts';
import type { Client } from './client.ts';
import type { Self } from './identity.ts';
import type { People } from './people.ts';
import { placeName } from './place-names.ts';
import { tryRead } from './wire.ts';
import { mentionsIn, type Names } from './wording.ts';

export interface Places extends Pick<Names, 'channel' | 'group'> {
  /** What a place may be called before people who are not in it: by its name only where everybody sees that. */
  placeName(address: ThreadAddress): string | undefined;
  /** Learns what can be learnt; never rejects. */
  learnChannel(id: string): Promise<void>;
  learnGroups(): Promise<void>;
  /** What a former process learned of how channels are called. */
  load(): Promise<void>;
}

export interface PlacesDeps {
  readonly client: Client;
  readonly documents: Documents;
  now(): number;
}

/** Names change; and what Slack did not tell is not asked for with every message, milliseconds. */
const freshMs = 10 * 60_000;
const mostChannels = 2000;
const collection = 'places';

interface Named {
  readonly at: number;
  readonly name: string | undefined;
}

interface Listed {
  readonly at: number;
  readonly list: readonly { readonly id: string; readonly handle: string }[];
}

const flag = z.boolean().optional().catch(undefined);
const channelShape = z.object({
  channel: z.object({ name: z.string().optional(), is_private: flag, is_mpim: flag }),
});
const groupsShape = z.object({
  usergroups: z.array(z.object({ id: z.string(), handle: z.string() }).catch({ id: '', handle: '' })),
});

export function createPlaces({ client, documents, now }: PlacesDeps): Places {
  const channels = createRecent<string, Named>(mostChannels);
  const called = createRecent<string, string>(mostChannels);
  const groups = createRecent<'all', Listed>(1);
  const isFresh = (one: { readonly at: number } | undefined) => one !== undefined && now() - one.at < freshMs;
  const asked = new Map<string, Promise<void>>();
  const askFor = async (id: string) => {
    const [answer] = await Promise.allSettled([client.conversations.info({ channel: id })]);
    const told = answer.status === 'fulfilled' ? tryRead(channelShape, answer.value).data : undefined;
    const name = told?.channel.name ?? channels.get(id)?.name;
    channels.set(id, { at: now(), name });
    const word = told === undefined ? undefined : wordFor(told.channel);
    if (word === undefined || called.get(id) === word) return;
    called.set(id, word);
    // For the next process; what is not kept is asked for again.
    await Promise.allSettled([documents.put(collection, id, word)]);
  };
  return {
    channel: (id) => channels.get(id)?.name,
    placeName: (address) => placeName(address, called.get(address.channel)),
    group: (id) => groups.get('all')?.list.find((one) => one.id === id)?.handle,
    async learnChannel(id) {
      if (isFresh(channels.get(id))) return;
      const running = asked.get(id) ?? askFor(id).finally(() => asked.delete(id));
      asked.set(id, running);
      await running;
    },
    async learnGroups() {
      if (isFresh(groups.get('all'))) return;
      const [answer] = await Promise.allSettled([client.usergroups.list({})]);
      const told = answer.status === 'fulfilled' ? tryRead(groupsShape, answer.value).data : undefined;
      groups.set('all', { at: now(), list: told?.usergroups ?? groups.get('all')?.list ?? [] });
    },
    async load() {
      for (const { key, value } of await documents.list(collection))
        if (typeof value === 'string') called.set(key, value);
    },
  };
}

type Told = z.infer<typeof channelShape>['channel'];

/** Slack itself shows the name of a private channel to its members only. */
function wordFor({ name, is_private: hidden, is_mpim: several }: Told): string | undefined {
  if (several === true) return 'a group chat';
  if (hidden === true) return 'a private channel';
  return name === undefined ? undefined : `#${name}`;
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
