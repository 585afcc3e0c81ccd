/** What only the person at the page is told, and what a change that came too late leaves as it was. */
import type { InboundEvent, MessageEditedEvent } from '../../src/core/channel.ts';
import { type Board, putMessage } from './board.ts';
import { inThread } from './outbound.ts';

/** The gateway answers a change only where it does not count: the agent has the words of before. */
export async function whisper(board: Board, event: InboundEvent, text: string): Promise<void> {
  if (event.type === 'message-edited') await takeBack(board, event);
  board.feed.publishAll({ type: 'whisper', thread: event.address.thread, text });
}

/** What stands there is what was answered, and stays so. */
function takeBack(board: Board, { id, address, message: edited }: MessageEditedEvent): Promise<void> {
  return inThread(board, address, async (thread) => {
    const message = thread.messages.get(edited);
    if (message?.from !== 'person' || message.before?.change !== id) return;
    const { before, ...kept } = message;
    await putMessage(board, thread, { ...kept, text: before.text, edited: before.edited });
  });
}
