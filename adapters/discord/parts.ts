import type { Host } from '../../src/core/channel.ts';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { type Channels, createChannels } from './channels.ts';
import { createCall, type RestCall } from './client.ts';
import type { DiscordConfig } from './config.ts';
import { createIdentity, type Identity } from './identity.ts';
import { problems } from './login.ts';
import { createMemory, type Memory } from './memory.ts';

export interface DiscordDeps {
  readonly config: DiscordConfig;
  /** The platform in its addresses. */
  readonly id: string;
  readonly host: Host;
  /** Unset: the system's. */
  readonly clock?: Clock;
  /** 0 to 1, for the jitter. */
  random?(): number;
}

/** What one bot works with, hearing and speaking. */
export interface Parts extends Required<DiscordDeps> {
  readonly call: RestCall;
  readonly memory: Memory;
  readonly identity: Identity;
  readonly channels: Channels;
}

export async function createParts(deps: DiscordDeps): Promise<Parts> {
  const { config, id, host, clock = systemClock, random = Math.random } = deps;
  const call = createCall(config, () => host.ailing(problems.token));
  const memory = await createMemory(host.documents, id, clock.now());
  const identity = createIdentity(call, id);
  return { ...deps, clock, random, call, memory, identity, channels: createChannels(call) };
}
