/** A message of the gateway as the body of a call. Pure. */
import type { OutboundMessage } from '../../src/core/channel.ts';
import { longestContent } from './capabilities.ts';
import { type Component, componentsOf } from './components.ts';
import { format } from './format.ts';
import { neutral } from './neutral.ts';

/** No preview of any link is fetched or shown. */
export const suppressEmbeds = 1 << 2;
const suppressNotifications = 1 << 12;

export interface Body {
  readonly content: string;
  readonly components: readonly Component[];
  /** On edits too: what is left out there means everybody. */
  readonly allowed_mentions: {
    readonly parse: readonly [];
    readonly users: readonly string[];
    readonly replied_user: false;
  };
  readonly flags: number;
}

export function bodyOf(message: OutboundMessage): Body {
  const user = userOf(message.mention);
  return {
    content: contentOf(message, user),
    components: componentsOf(message),
    allowed_mentions: { parse: [], users: user === undefined ? [] : [user], replied_user: false },
    flags: suppressEmbeds,
  };
}

/**
 * The forms of a message, the richest first: as Discord shows Markdown, and its bare words. Words that would not fit
 * without their marks have one form only: a part of them would pass for the whole.
 */
export function formsOfBody(message: OutboundMessage, rich: Body): readonly [Body, ...Body[]] {
  const words = [neutral(message.markdown), neutral(message.footnote ?? '')].filter((part) => part !== '');
  const content = words.join('\n');
  return content === '' || content.length > longestContent ? [rich] : [rich, { ...rich, content }];
}

export function newBodyOf(message: OutboundMessage): Body {
  const body = bodyOf(message);
  return message.silent ? { ...body, flags: body.flags | suppressNotifications } : body;
}

function contentOf({ markdown, footnote, buttons, form }: OutboundMessage, user: string | undefined): string {
  const text = format(markdown);
  const ping = user === undefined ? [] : [`<@${user}>`];
  const room = longestContent - [text, ...ping].join('\n').length - 1;
  const all = [text, smallPrint(footnote ?? '', room), ...ping].filter((part) => part !== '').join('\n');
  const bare = buttons.length === 0 && form === undefined;
  return all.trim() === '' && bare ? '…' : all;
}

/** Lines of small type; what does not fit is left out, from the end. */
function smallPrint(footnote: string, room: number): string {
  const lines = footnote
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => `-# ${neutral(line)}`);
  while (lines.join('\n').length > room) lines.pop();
  return lines.join('\n');
}

/** `discord:<id>` of a person. */
function userOf(author: string | undefined): string | undefined {
  return /^discord:(\d+)$/.exec(author ?? '')?.[1];
}
