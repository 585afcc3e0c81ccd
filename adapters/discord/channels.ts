/** Channels and roles of guilds: what they are and what they are called, as told and, where not, as asked for. */
import { privateChannel } from './address.ts';
import type { RestCall } from './client.ts';
import { codeOf } from './failures.ts';
import { channelsIn, type Names } from './names.ts';
import { channelShape, guildShape, roleChangeShape, type WireChannel, type WireGuild } from './wire.ts';

/** What Discord's channels are: a message tells where it stands, but not what that is. */
export interface Channels {
  /** Of channels and roles, as far as they were told of. */
  readonly names: Names;
  learn(data: unknown): void;
  learnGuild(data: unknown): WireGuild | undefined;
  learnRole(data: unknown): void;
  forget(id: string): void;
  known(id: string): WireChannel | undefined;
  /** Of a message that stands in no server: Discord tells of private chats by that alone. */
  privately(id: string): WireChannel;
  /** Asks for one that was not told of, such as a thread that wakes; undefined: it is not there, or not for us. */
  get(id: string): Promise<WireChannel | undefined>;
  /** Asks for the channels that a text names and that were not told of; what is not found has no name. */
  meet(content: string): Promise<void>;
}

/** More channels than this are not asked for because one text names them. */
const mostMet = 5;

export function createChannels(call: RestCall): Channels {
  const known = new Map<string, WireChannel>();
  const learn = (data: unknown): WireChannel | undefined => {
    const parsed = channelShape.safeParse(data);
    if (parsed.success) known.set(parsed.data.id, parsed.data);
    return parsed.data;
  };
  const roles = new Map<string, string>();
  const get = async (id: string): Promise<WireChannel | undefined> => {
    const there = known.get(id);
    if (there !== undefined) return there;
    try {
      return learn(await call({ method: 'get', path: `/channels/${id}` }));
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      return undefined;
    }
  };
  return {
    names: { channel: (id) => known.get(id)?.name ?? undefined, role: (id) => roles.get(id) },
    learn: (data) => void learn(data),
    learnGuild(data) {
      const parsed = guildShape.safeParse(data);
      if (!parsed.success) return undefined;
      for (const channel of [...parsed.data.channels, ...parsed.data.threads]) known.set(channel.id, channel);
      for (const { id, name } of parsed.data.roles) if (name !== null) roles.set(id, name);
      return parsed.data;
    },
    learnRole(data) {
      const role = roleChangeShape.safeParse(data).data?.role;
      if (role?.name) roles.set(role.id, role.name);
    },
    forget: (id) => void known.delete(id),
    known: (id) => known.get(id),
    privately(id) {
      const chat = known.get(id) ?? privateChannel(id);
      known.set(id, chat);
      return chat;
    },
    get,
    async meet(content) {
      const unknown = channelsIn(content).filter((id) => !known.has(id));
      // A name is not worth a message: one that cannot be had now is left out.
      await Promise.allSettled([...new Set(unknown)].slice(0, mostMet).map(get));
    },
  };
}
