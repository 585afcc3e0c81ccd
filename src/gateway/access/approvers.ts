import { clip } from '../../core/clip.ts';
import { escaped } from '../../render/plain.ts';
import type { InboxRow } from '../../store/types.ts';
import type { Shard } from '../shard.ts';

/** Who may decide in a thread, as far as a person there should know. */
export interface Approvers {
  /** People who were let in may decide here, beside the admins. */
  readonly open: boolean;
  /** Only those whom the person can find here: of the same platform, and met before. */
  readonly names: readonly string[];
}

export async function approversOf(
  { store, settings }: Pick<Shard, 'store' | 'settings'>,
  { event: { room, address, author } }: InboxRow,
): Promise<Approvers> {
  // Not the address's platform: several bots of one platform know the same people.
  const platform = author.id.slice(0, author.id.indexOf(':') + 1);
  const here = (await store.people.list()).filter(({ id }) => id.startsWith(platform));
  const admins = here.filter(({ id }) => settings.admins.includes(id));
  const opening = room === 'private' ? undefined : await store.openings.of(address);
  const open = opening?.open === true;
  const paired = here.filter(({ pairedAt, id }) => pairedAt !== undefined && !settings.admins.includes(id));
  return { open, names: (open ? [...admins, ...paired] : admins).map(({ name }) => approverName(name)) };
}

export function approverName(name: string): string {
  return escaped(clip(name, 40));
}
