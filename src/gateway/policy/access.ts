import type { Author } from '../../core/channel.ts';

/**
 * What a person wants to do. `settings`: how this thread works (model, agent, new, detach, undo, rename, …).
 * `sessions`: sessions of others, seen or attached. `people`: let somebody in, or take it back.
 */
export type Action = 'prompt' | 'stop' | 'steer' | 'answer' | 'view' | 'settings' | 'sessions' | 'people';

export type Verdict = { readonly allowed: true } | { readonly allowed: false; readonly reason: string };

/** Deny by default: an empty list of admins is nobody. */
export function access(admins: readonly string[], author: Author, action: Action): Verdict {
  if (author.bot === true) return { allowed: false, reason: 'bots are not answered' };
  if (admins.includes(author.id)) return { allowed: true };
  return { allowed: false, reason: `${author.id} is not an admin, and only admins may ${action}` };
}
