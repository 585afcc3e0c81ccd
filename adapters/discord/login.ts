import { z } from 'zod';
import type { Clock } from '../../src/lib/clock.ts';
import type { RestCall } from './client.ts';
import { channelError, isUnauthorized } from './failures.ts';
import type { Identity, Self } from './identity.ts';

export const problems = {
  token:
    'Discord refuses DISCORD_BOT_TOKEN, so no message arrives. Reset it at https://discord.com/developers/applications (the application, Bot, Reset Token), set the new one and restart.',
  intents:
    'Discord does not allow the Message Content intent, so no message arrives. Switch it on at https://discord.com/developers/applications (the application, Bot, Privileged Gateway Intents). Looking again in five minutes.',
  lost: 'The connection to Discord is lost, so no message arrives. Trying again; what is said meanwhile is read afterwards.',
} as const;

const info = z.object({
  shards: z.number(),
  session_start_limit: z.object({ remaining: z.number(), reset_after: z.number() }),
});

interface LoginDeps {
  readonly call: RestCall;
  readonly identity: Identity;
  readonly clock: Clock;
  ailing(reason: string): void;
}

/** Logins kept for an operator who restarts by hand: a bot that uses up all of a day loses its token. */
const reserve = 20;
const pauseMs = 10_000;

/**
 * Resolves with who we are when a login is worth trying: Discord answers, knows the token and has logins left for
 * today. `refused`: only a new token helps; undefined: aborted.
 */
export async function mayLogIn(
  { call, identity, clock, ailing }: LoginDeps,
  signal: AbortSignal,
): Promise<Self | 'refused' | undefined> {
  while (!signal.aborted) {
    try {
      const self = await identity.self();
      const { shards, session_start_limit: left } = info.parse(
        await call({ method: 'get', path: '/gateway/bot' }),
      );
      if (left.remaining >= shards + reserve) return self;
      ailing(
        `Discord allows no more logins today (${left.remaining} left), so no message arrives. Going on by itself in ${Math.ceil(left.reset_after / 60_000)} minutes.`,
      );
      await clock.sleep(left.reset_after, signal);
    } catch (error) {
      if (isUnauthorized(error)) return 'refused';
      const { message } = channelError('gateway', error);
      ailing(`Discord cannot be reached (${message}), so no message arrives. Trying again.`);
      await clock.sleep(pauseMs, signal);
    }
  }
  return undefined;
}
