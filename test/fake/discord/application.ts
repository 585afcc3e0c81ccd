/** The bot's own application, and the guilds that it is in. */
import { userJson } from './payloads.ts';
import { Refusal } from './refusal.ts';
import type { Json, World } from './world.ts';

/** Message content: for bots of many servers only after a review, for others by a switch. */
export const contentFlags = { reviewed: 1 << 18, switched: 1 << 19 } as const;

export interface FakeApplication {
  flags: number;
  /** The person who made it. */
  owner: string | undefined;
  /** Discord takes the switch from its page only. */
  closed: boolean;
  /** The bot was invited, with these permissions. */
  permissions: bigint | undefined;
}

export function createApplication(): FakeApplication {
  return { flags: contentFlags.switched, owner: undefined, closed: false, permissions: 0x7fff_ffff_ffffn };
}

export function applicationJson(world: World, { flags, owner }: FakeApplication): Json {
  const { application, bot } = world;
  return {
    id: application,
    name: bot.name,
    flags,
    bot_public: true,
    ...(owner === undefined ? {} : { owner: userJson(world, owner) }),
  };
}

/** Only the switches of small bots can be set here. */
export function changeApplication(world: World, application: FakeApplication, { flags }: Json): Json {
  if (application.closed) throw new Refusal(400, { message: 'Invalid Form Body', code: 50035 });
  if (typeof flags === 'number') application.flags = flags;
  return applicationJson(world, application);
}

export function guildsOf({ guild }: World, { permissions }: FakeApplication): readonly Json[] {
  return permissions === undefined ? [] : [{ id: guild, name: 'Home', permissions: String(permissions) }];
}
