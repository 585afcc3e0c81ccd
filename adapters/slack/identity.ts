import { z } from 'zod';
import type { Client } from './client.ts';
import type { Health } from './health.ts';

/** Who we are in the workspace. */
export interface Self {
  /** The adapter's id, which is the platform in its addresses. */
  readonly adapter: string;
  readonly user: string;
  readonly bot: string;
  readonly team: string;
  /** The organisation that the workspace is part of, where it is. */
  readonly enterprise?: string;
}

/** Who we are, as Slack says: asked once, and again only where it did not answer. */
export type Identity = () => Promise<Self>;

export interface IdentityDeps {
  /** The adapter's id. */
  readonly adapter: string;
  readonly client: Client;
  readonly health: Health;
}

/** Without these nothing that we do would work; what else is lacking costs a place or a sign only. */
const needed = ['chat:write', 'users:read'];

export function createIdentity(deps: IdentityDeps): Identity {
  const known: { self: Self | undefined } = { self: undefined };
  return async () => {
    known.self ??= await ask(deps);
    return known.self;
  };
}

const shape = z.object({
  user_id: z.string(),
  bot_id: z.string(),
  team_id: z.string(),
  enterprise_id: z.string().nullish(),
});

async function ask({ adapter, client, health }: IdentityDeps): Promise<Self> {
  const answer = await client.auth.test();
  const { user_id: user, bot_id: bot, team_id: team, enterprise_id: enterprise } = shape.parse(answer);
  const granted = answer.response_metadata?.scopes;
  const lacking = granted === undefined ? [] : needed.filter((scope) => !granted.includes(scope));
  if (lacking.length > 0) health.lacking(lacking);
  return { adapter, user, bot, team, ...(enterprise ? { enterprise } : {}) };
}
