import type { InboundEvent } from '../../core/channel.ts';
import { type AccessVerdict, access, type Denied, type Right, roleOf } from '../policy/access.ts';
import type { Shard } from '../shard.ts';

/** What counts of an event: who did something, and where. */
type Deed = Pick<InboundEvent, 'author' | 'address' | 'room'>;

/** May the author of an event do this where it happened? Looks up, at that moment, what `access` decides on. */
export interface Guard {
  check(event: Deed, right: Right): Promise<AccessVerdict>;
  /** Throws `DeniedError` where it is not allowed; what is said then, and to whom, is decided in one place. */
  demand(event: InboundEvent, right: Right): Promise<AccessVerdict & { readonly allowed: true }>;
}

/** The author of an event may not do what they wanted to. */
export class DeniedError extends Error {
  override readonly name = 'DeniedError';
  readonly denied: Denied;
  readonly right: Right;

  constructor(denied: Denied, right: Right) {
    super(denied.reason);
    this.denied = denied;
    this.right = right;
  }
}

/** What deciding needs, also where no lease is held. */
export interface GuardDeps {
  readonly store: Pick<Shard['store'], 'people'>;
  readonly settings: Pick<Shard['settings'], 'admins'>;
}

export function createGuard(deps: GuardDeps): Guard {
  return {
    check: (event, right) => check(deps, event, right),
    async demand(event, right) {
      const verdict = await check(deps, event, right);
      if (!verdict.allowed) throw new DeniedError(verdict, right);
      return verdict;
    },
  };
}

async function check(
  { settings, store }: GuardDeps,
  { author, address, room }: Deed,
  right: Right,
): Promise<AccessVerdict> {
  const { name, paired, open } = await store.people.standing(author.id, address);
  const verdict = access({ role: roleOf(author, settings.admins, paired), room, open }, right);
  // By name they are told to others as the ones who may decide.
  if (verdict.allowed && name !== author.name) await store.people.meet(author);
  return verdict;
}
