/** The bot's application as Discord's API tells it: who owns it, what it may hear, and where it is. */
import { ApplicationFlagsBitField, PermissionFlagsBits } from 'discord.js';
import { z } from 'zod';
import type { RestCall } from './client.ts';

const id = z.string().regex(/^\d{1,20}$/);
const person = z.object({ id, username: z.string(), global_name: z.string().nullish() });

const applicationShape = z.object({
  id,
  name: z.string(),
  flags: z.number().default(0),
  owner: person.nullish(),
  team: z
    .object({
      owner_user_id: id.nullish(),
      members: z.array(z.object({ user: person })).default([]),
    })
    .nullish(),
  bot_public: z.boolean().nullish(),
});
const guildsShape = z.array(z.object({ id, name: z.string(), permissions: z.string() }));

export type Application = z.infer<typeof applicationShape>;
export type Guild = z.infer<typeof guildsShape>[number];

export async function applicationOf(call: RestCall): Promise<Application> {
  return applicationShape.parse(await call({ method: 'get', path: '/applications/@me' }));
}

/** Servers that the bot is in. */
export async function guildsOf(call: RestCall): Promise<readonly Guild[]> {
  return guildsShape.parse(await call({ method: 'get', path: '/users/@me/guilds' }));
}

export interface Owner {
  readonly id: string;
  readonly name: string;
}

/** The person who made it; of a team, its owner. */
export function ownerOf({ owner, team }: Application): Owner | undefined {
  const { owner_user_id: of, members } = team ?? { owner_user_id: undefined, members: [] };
  const found = of ? members.find(({ user }) => user.id === of)?.user : owner;
  return found === undefined || found === null
    ? undefined
    : { id: found.id, name: found.global_name || found.username };
}

const { GatewayMessageContent: content, GatewayMessageContentLimited: limited } =
  ApplicationFlagsBitField.Flags;

/** Texts of messages are given to it. */
export function readsContent({ flags }: Application): boolean {
  return (flags & (content | limited)) !== 0;
}

/** Discord lets small applications switch this on themselves, as the page for developers does. Rejects where not. */
export async function allowContent(call: RestCall, { flags }: Application): Promise<void> {
  await call({ method: 'patch', path: '/applications/@me', body: { flags: flags | limited } });
}

/** What the bot does in a server, and nothing else. */
const permissions = {
  'View Channels': PermissionFlagsBits.ViewChannel,
  'Send Messages': PermissionFlagsBits.SendMessages,
  'Send Messages in Threads': PermissionFlagsBits.SendMessagesInThreads,
  'Create Public Threads': PermissionFlagsBits.CreatePublicThreads,
  'Read Message History': PermissionFlagsBits.ReadMessageHistory,
  'Attach Files': PermissionFlagsBits.AttachFiles,
} as const;

const wanted = Object.values(permissions).reduce((all, one) => all | one, 0n);

/** Names of what the bot may not do in a server. */
export function lackingIn({ permissions: given }: Guild): readonly string[] {
  const bits = BigInt(given);
  if ((bits & PermissionFlagsBits.Administrator) !== 0n) return [];
  return Object.entries(permissions)
    .filter(([, bit]) => (bits & bit) === 0n)
    .map(([name]) => name);
}

export function inviteUrl(application: string): string {
  return `https://discord.com/oauth2/authorize?client_id=${application}&scope=bot+applications.commands&permissions=${wanted}`;
}
