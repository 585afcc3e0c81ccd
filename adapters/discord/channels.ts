import type { RestCall } from './client.ts';
import { codeOf } from './failures.ts';
import { channelShape, guildShape, type WireChannel, type WireGuild } from './wire.ts';

/** What Discord's channels are: a message tells where it stands, but not what that is. */
export interface Channels {
  learn(data: unknown): void;
  learnGuild(data: unknown): WireGuild | undefined;
  forget(id: string): void;
  known(id: string): WireChannel | undefined;
  /** Asks for one that was not told of, such as a thread that wakes; undefined: it is not there, or not for us. */
  get(id: string): Promise<WireChannel | undefined>;
}

export function createChannels(call: RestCall): Channels {
  const known = new Map<string, WireChannel>();
  const learn = (data: unknown): WireChannel | undefined => {
    const parsed = channelShape.safeParse(data);
    if (parsed.success) known.set(parsed.data.id, parsed.data);
    return parsed.data;
  };
  return {
    learn: (data) => void learn(data),
    learnGuild(data) {
      const parsed = guildShape.safeParse(data);
      if (!parsed.success) return undefined;
      for (const channel of [...parsed.data.channels, ...parsed.data.threads]) known.set(channel.id, channel);
      return parsed.data;
    },
    forget: (id) => void known.delete(id),
    known: (id) => known.get(id),
    async get(id) {
      const there = known.get(id);
      if (there !== undefined) return there;
      try {
        return learn(await call({ method: 'get', path: `/channels/${id}` }));
      } catch (error) {
        if (codeOf(error) === undefined) throw error;
        return undefined;
      }
    },
  };
}
