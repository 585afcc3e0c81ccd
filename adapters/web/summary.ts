import type { OutboundMessage } from '../../src/core/channel.ts';
import { clip } from '../../src/core/clip.ts';
import type { MessageRecord, ThreadRecord } from './records.ts';

/** What a thread waits for, as far as its messages say. `messages` in order. */
export function stateOf(messages: Iterable<MessageRecord>): ThreadRecord['state'] {
  const shown = [...messages].filter(
    (message) => message.from === 'agent' || (message.taken && !message.deleted),
  );
  const contents = shown.flatMap((message) => (message.from === 'agent' ? [message.content] : []));
  if (contents.some(isOpenCard)) return 'waiting';
  if (contents.some(({ kind, live }) => live && kind !== 'notice')) return 'working';
  return contents.some(isQueueNotice) || shown.at(-1)?.from === 'person' ? 'queued' : 'idle';
}

/** A card that is being settled is live without buttons; one that is over may offer to ask again. */
function isOpenCard({ kind, live, form, buttons }: OutboundMessage): boolean {
  return kind === 'request' && live && (form !== undefined || buttons.length > 0);
}

function isQueueNotice({ kind, live, buttons }: OutboundMessage): boolean {
  return kind === 'notice' && live && buttons.length > 0;
}

/** The first line that says something, without Markdown's marks, at most 80 characters. */
export function titleOf(text: string): string {
  const line = text
    .split('\n')
    .map((each) => each.replace(/^[\s#>*`~-]+/, '').trim())
    .find((each) => each !== '');
  if (line === undefined) return 'New thread';
  return clip(line, 80);
}
