import type { ChannelAdapter, Outbound, OutboundMessage } from '../../core/channel.ts';
import { isFile } from '../../core/outbound.ts';
import { sentAgain } from './content.ts';

/** What is posted at first; `doubtful`: that may have been done before. */
export function placeholderFor(adapter: ChannelAdapter, content: Outbound, doubtful: boolean): Outbound {
  if (isFile(content)) return doubtful && !canLookUp(adapter) ? sentAgain(content) : content;
  return canLookUp(adapter) || adapter.capabilities.edits !== 'any' ? content : placeholderOf(content);
}

/** A post whose answer was lost can be told from one that was not made. */
function canLookUp({ capabilities, find }: ChannelAdapter): boolean {
  return capabilities.recognisesRepeatedPost || find !== undefined;
}

/**
 * Where such a post would be made twice, a message is born empty, and its text comes by edits. It notifies as its
 * content would, so what waits for a person says so.
 */
function placeholderOf({ kind, silent, mention, replyTo }: OutboundMessage): OutboundMessage {
  return {
    kind,
    markdown: kind === 'request' ? '⚠ Waits for an answer' : '…',
    buttons: [],
    live: true,
    silent,
    ...(mention === undefined ? {} : { mention }),
    ...(replyTo === undefined ? {} : { replyTo }),
  };
}
