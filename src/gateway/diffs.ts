import { fenced } from '../render/plain.ts';
import type { ThreadRow } from '../store/types.ts';
import type { Shard } from './shard.ts';

/** Room for the fence and the note below a diff, in the platform's units. */
const margin = 200;
/** Where the platform is not here to say how much it takes. */
const leastLength = 2000;

/** A patch as a block that fits one message of the thread; what is cut is said. */
export function diffText({ channels }: Shard, { address }: ThreadRow, patch: string): string {
  const adapter = channels.get(address.platform)?.adapter;
  const room = (adapter?.capabilities.maxLength ?? leastLength) - margin;
  const rest = patch.length - room;
  return fenced(rest > 0 ? `${patch.slice(0, room)}\n… ${rest} more characters` : patch, 'diff');
}
