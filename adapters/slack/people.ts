/** Who people are: looked up when they first speak, and again after a while. */
import { z } from 'zod';
import type { Author } from '../../src/core/channel.ts';
import { createRecent, type Recent } from '../../src/lib/recent.ts';
import type { Client } from './client.ts';
import { wordOf } from './failures.ts';
import type { Identity, Self } from './identity.ts';
import { platform, type Writer } from './inbound.ts';

export interface People {
  /** Rejects where Slack cannot say it now: an outsider must not pass for one of the house. */
  author(writer: Writer): Promise<Author>;
  /** The name of someone who was looked up already. */
  name(user: string): string | undefined;
}

export interface PeopleDeps {
  readonly client: Client;
  readonly identity: Identity;
  now(): number;
}

/** A guest may become a member: facts are looked up again after this time, milliseconds. */
const freshMs = 10 * 60_000;
/** Facts that Slack will not tell anew serve this long, milliseconds. */
const usableMs = 24 * 3_600_000;
const mostKept = 5000;

interface Entry {
  readonly at: number;
  readonly author: Author;
}

interface State extends PeopleDeps {
  readonly known: Recent<string, Entry>;
  readonly asked: Map<string, Promise<Author>>;
}

export function createPeople(deps: PeopleDeps): People {
  const state: State = { ...deps, known: createRecent(mostKept), asked: new Map() };
  return {
    author: ({ user, bot }) =>
      bot === undefined ? person(state, user) : Promise.resolve({ id: idOf(user), name: bot, bot: true }),
    name: (user) => state.known.get(user)?.author.name,
  };
}

function idOf(user: string): string {
  return `${platform}:${user}`;
}

async function person(state: State, user: string): Promise<Author> {
  const { known, asked, now } = state;
  const entry = known.get(user);
  if (entry !== undefined && now() - entry.at < freshMs) return entry.author;
  const running = asked.get(user) ?? ask(state, user);
  asked.set(user, running);
  try {
    return await running;
  } catch (error) {
    if (entry === undefined || now() - entry.at > usableMs) throw error;
    return entry.author;
  } finally {
    asked.delete(user);
  }
}

const shape = z.object({
  user: z.object({
    id: z.string(),
    team_id: z.string().nullish(),
    name: z.string().nullish(),
    real_name: z.string().nullish(),
    profile: z.object({ display_name: z.string().nullish(), real_name: z.string().nullish() }).nullish(),
    is_bot: z.boolean().nullish(),
    is_restricted: z.boolean().nullish(),
    is_ultra_restricted: z.boolean().nullish(),
    is_stranger: z.boolean().nullish(),
    enterprise_user: z.object({ enterprise_id: z.string().nullish() }).nullish(),
  }),
});

/** Who has no name that we may know: an id says nothing to people. */
export const nameless = 'somebody';

type Facts = z.infer<typeof shape>['user'];

async function ask({ client, identity, known, now }: State, user: string): Promise<Author> {
  const author = await lookUp(client, await identity(), user);
  known.set(user, { at: now(), author });
  return author;
}

/** Of our workspace, or of another one of the same organisation. */
function isOfTheHouse({ team_id: team, enterprise_user: user }: Facts, self: Self): boolean {
  if (team === undefined || team === null || team === self.team) return true;
  return self.enterprise !== undefined && user?.enterprise_id === self.enterprise;
}

async function lookUp(client: Client, self: Self, user: string): Promise<Author> {
  try {
    const { user: facts } = shape.parse(await client.users.info({ user }));
    const { profile, real_name: real, name: short } = facts;
    return {
      id: idOf(user),
      name: profile?.display_name || profile?.real_name || real || short || nameless,
      ...(facts.is_bot === true ? { bot: true } : {}),
      ...(facts.is_restricted === true || facts.is_ultra_restricted === true ? { guest: true } : {}),
      ...(facts.is_stranger === true || !isOfTheHouse(facts, self) ? { outside: true } : {}),
    };
  } catch (error) {
    // Slack knows no such person here: somebody of another organisation whom we may not see.
    if (wordOf(error) === 'user_not_found' || wordOf(error) === 'user_not_visible')
      return { id: idOf(user), name: nameless, outside: true };
    throw error;
  }
}
