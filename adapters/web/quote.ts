import type { Author, MessageEvent } from '../../src/core/channel.ts';
import { owner } from './inbound.ts';
import type { MessageRecord } from './records.ts';

const agent: Author = { id: 'web:agent', name: 'Dragoman', bot: true };

/** What an answered message said, and who. */
export function quoteOf(message: MessageRecord | undefined, name: string): MessageEvent['quote'] {
  if (message === undefined) return undefined;
  const words = message.from === 'agent' ? message.content.markdown : message.text;
  const text = words === '' ? (message.files ?? []).map((file) => file.name).join(', ') : words;
  if (text === '' || (message.from === 'person' && message.deleted)) return undefined;
  return { author: message.from === 'agent' ? agent : { id: owner, name }, text };
}
