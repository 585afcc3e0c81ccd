import type { Message } from 'grammy/types';
import type { MessageEvent } from '../../src/core/channel.ts';
import { authorOf, originOf } from './authors.ts';
import type { Self } from './identity.ts';
import { withMarks } from './marks.ts';
import { wordingOf } from './wording.ts';

/** The message that this one answers. In a topic everything seems to answer the message that began it. */
export function answeredOf({ reply_to_message: answered }: Message): Message | undefined {
  return answered?.forum_topic_created === undefined ? answered : undefined;
}

/**
 * What was answered: the part that the person chose, else the whole text. Of a message in another chat only the
 * chosen part is told. undefined: it held no words.
 */
export function quoteOf(message: Message, self: Self): MessageEvent['quote'] {
  const answered = answeredOf(message);
  const { external_reply: elsewhere, quote } = message;
  const author = answered === undefined ? elsewhere && originOf(elsewhere.origin) : authorOf(answered);
  const chosen =
    quote === undefined ? undefined : withMarks({ text: quote.text, entities: quote.entities ?? [] }).text;
  const text = (chosen ?? (answered === undefined ? '' : wordingOf(answered, self).text)).trim();
  return author === undefined || text === '' ? undefined : { author, text };
}
