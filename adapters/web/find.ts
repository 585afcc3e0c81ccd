import type { MessageId, ThreadAddress } from '../../src/core/channel.ts';
import { type Board, byKey } from './board.ts';
import { inThread } from './outbound.ts';

export async function find(
  board: Board,
  address: ThreadAddress,
  key: string,
): Promise<MessageId | undefined> {
  return inThread(board, address, async (thread) => byKey(thread, 'agent', key)?.id);
}
