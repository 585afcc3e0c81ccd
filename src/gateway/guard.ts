import type { InboundEvent } from '../core/channel.ts';
import { UserError } from '../core/errors.ts';
import { type Action, access, type Verdict } from './policy/access.ts';
import type { Shard } from './shard.ts';

/** May the author of an event do this where it happened? Looks up what `access` decides on. */
export interface Guard {
  check(event: InboundEvent, action: Action): Promise<Verdict>;
  /** Throws the sentence for the person where it is not allowed. */
  demand(event: InboundEvent, action: Action): Promise<void>;
}

export function createGuard({ settings }: Pick<Shard, 'settings'>): Guard {
  const check = async ({ author }: InboundEvent, action: Action) => access(settings.admins, author, action);
  return {
    check,
    async demand(event, action) {
      const verdict = await check(event, action);
      if (!verdict.allowed) throw new UserError('Only approvers of this project may decide this.');
    },
  };
}
