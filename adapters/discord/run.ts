/**
 * The loop of the adapter: log in, listen, and after a connection has ended decide whether, and when, to begin
 * again.
 */
import { GatewayCloseCodes } from 'discord.js';
import { aborted } from '../../src/lib/abort.ts';
import { createLanes } from '../../src/lib/lanes.ts';
import { createDispatch } from './dispatch.ts';
import { type CloseVerdict, listen } from './gateway.ts';
import type { Self } from './identity.ts';
import { mayLogIn, problems } from './login.ts';
import type { Parts } from './parts.ts';

/** How often an intent that is switched off is looked for: each look is a login, milliseconds. */
const intentsMs = 5 * 60_000;

/** Hears people until aborted; rejects where only a new start helps. */
export async function run(parts: Parts, signal: AbortSignal): Promise<void> {
  const { clock, call, host, identity } = parts;
  while (!signal.aborted) {
    const ailing = (reason: string) => host.ailing(reason);
    const self = await mayLogIn({ call, identity, clock, ailing }, signal);
    if (self === undefined) return;
    const verdict =
      self === 'refused'
        ? { code: GatewayCloseCodes.AuthenticationFailed }
        : await connected(parts, self, signal);
    if (verdict !== undefined) await bear(parts, verdict, signal);
  }
}

/** A bot that Discord refuses never looks alive, and does not knock on the door until it loses its token. */
async function bear({ host, clock }: Parts, { code }: CloseVerdict, signal: AbortSignal): Promise<void> {
  if (code === GatewayCloseCodes.AuthenticationFailed) {
    host.ailing(problems.token);
    await aborted(signal);
  } else if (code === GatewayCloseCodes.DisallowedIntents) {
    host.ailing(problems.intents);
    await clock.sleep(intentsMs, signal);
  } else {
    host.ailing(`Discord closed the connection with code ${code}, so no message arrives. Starting anew.`);
    throw new Error(`Discord closed the connection with code ${code}`);
  }
}

async function connected(
  { config, clock, random, call, host, memory, identity, channels }: Parts,
  self: Self,
  signal: AbortSignal,
): Promise<CloseVerdict | undefined> {
  const failed = new AbortController();
  const until = AbortSignal.any([signal, failed.signal]);
  const store = host.receive.bind(host);
  const { threads, nonces, reposts, forms, replies } = memory;
  const onDispatch = createDispatch({
    messages: { self, channels, threads, nonces, reposts, clock, random, store, log: host.log },
    interactions: {
      adapter: self.adapter,
      call,
      forms,
      reposts,
      replies,
      clock,
      random,
      signal: until,
      receive: store,
      suggest: host.suggest,
      names: channels.names,
      admits: async (deed) => (await host.admits?.(deed)) ?? true,
    },
    call,
    clock,
    random,
    lanes: createLanes(),
    readers: createLanes(),
    commands: host.commands,
    identity,
    signal: until,
    fail: (error) => failed.abort(error),
  });
  try {
    const onLive = () => host.alive('Discord has given a session');
    const onLost = () => host.ailing(problems.lost);
    const verdict = await listen({ config, clock, onDispatch, onLive, onLost }, until);
    failed.signal.throwIfAborted();
    return verdict;
  } finally {
    // What is under way is left to the next connection.
    failed.abort(new Error('the connection has ended'));
  }
}
