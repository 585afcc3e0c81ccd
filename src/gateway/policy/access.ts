/** Who may do what, where. Pure. */
import type { Author, Room } from '../../core/channel.ts';

/**
 * What a person wants to do. `settings`: how this thread works (model, agent, new, detach, undo, rename, …).
 * `sessions`: sessions of others, seen or attached. `people`: let somebody in, or take it back.
 */
export type Right = 'prompt' | 'stop' | 'steer' | 'answer' | 'view' | 'settings' | 'sessions' | 'people';

/** `nobody`: who could not be known, whatever the id. `unknown`: everyone whom no one has let in. */
export type Role = 'admin' | 'paired' | 'unknown' | 'nobody';

/** Who wants to do something, and where. */
export interface Situation {
  readonly role: Role;
  readonly room: Room;
  /** An admin opened this channel to paired people. */
  readonly open: boolean;
}

/** Why not. `place`: a paired person where no admin opened the channel. `right`: only admins may. */
export type Denial = 'nobody' | 'unknown' | 'place' | 'right';

export type AccessVerdict =
  | { readonly allowed: true; readonly role: 'admin' | 'paired' }
  /** `reason` is half a sentence, after "Not answered: ". */
  | { readonly allowed: false; readonly denial: Denial; readonly reason: string };

export type Denied = AccessVerdict & { readonly allowed: false };

/** Guests and members of other organisations are as unknown as anybody, until they are paired. */
export function roleOf(author: Author, admins: readonly string[], paired: boolean): Role {
  if (author.bot === true || author.anonymous === true) return 'nobody';
  if (admins.includes(author.id)) return 'admin';
  return paired ? 'paired' : 'unknown';
}

/** Deny by default: an empty list of admins, and nobody paired, is nobody. */
export function access({ role, room, open }: Situation, right: Right): AccessVerdict {
  switch (role) {
    case 'nobody':
      return denied('nobody', 'it came from a bot, or in the name of a group, and those are not answered');
    case 'unknown':
      return denied('unknown', 'an admin has not let its author in');
    case 'admin':
      return { allowed: true, role };
    case 'paired':
      if (room !== 'private' && !open)
        return denied(
          'place',
          'people who were let in may use the bot here only after an admin mentioned it here',
        );
      return isOfThread(right) ? { allowed: true, role } : denied('right', 'only admins may do this');
  }
}

function isOfThread(right: Right): boolean {
  return right !== 'sessions' && right !== 'people';
}

function denied(denial: Denial, reason: string): Denied {
  return { allowed: false, denial, reason };
}
