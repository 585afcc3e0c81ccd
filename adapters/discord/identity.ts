import { z } from 'zod';
import type { RestCall } from './client.ts';

/** Who we are. */
export interface Self {
  /** The adapter's id, which is the platform in its addresses. */
  readonly adapter: string;
  readonly id: string;
  /** The roles that Discord made for us, one a guild: people mention those too. */
  readonly roles: ReadonlySet<string>;
}

export interface Identity {
  /** Asked once, and again only where Discord did not answer. Rejects with what the library throws. */
  self(): Promise<Self>;
  /** A guild has told which of its roles are ours: whoever knows us knows them too. */
  learn(roles: readonly string[]): void;
}

const shape = z.object({ id: z.string() });

export function createIdentity(call: RestCall, adapter: string): Identity {
  const known: { self: Self | undefined } = { self: undefined };
  const roles = new Set<string>();
  return {
    async self() {
      known.self ??= { adapter, roles, ...shape.parse(await call({ method: 'get', path: '/users/@me' })) };
      return known.self;
    },
    learn(more) {
      for (const role of more) roles.add(role);
    },
  };
}
