/**
 * Telegram's own library, offline, where it is installed: its parser of marks and its finder of mentions, commands
 * and addresses.
 */
import { createRequire } from 'node:module';
import type { MessageEntity } from 'grammy/types';
import { bad } from './refusal.ts';

/** A text and its marks, offsets in UTF-16. */
export interface Marked {
  readonly text: string;
  readonly entities: readonly MessageEntity[];
}

export interface Tdlib {
  /** Mentions, commands, tags and addresses that stand in a plain text. */
  find(text: string): readonly MessageEntity[];
  /** Throws `Refusal` with the library's words. */
  parse(text: string, mode: string): Marked;
  /** Whether a text can lead to this address. */
  takesLink(url: string): boolean;
  /** The same as Markdown; what Markdown cannot say stays an entity. */
  toMarkdown(marked: Marked): Marked;
  /** The library's simple Markdown, in which the above is written. */
  fromMarkdown(marked: Marked): Marked;
}

interface Entity {
  readonly _: 'textEntity';
  readonly offset: number;
  readonly length: number;
  readonly type: {
    readonly _: string;
    readonly url?: string;
    readonly language?: string;
    readonly user_id?: number;
  };
}

interface Formatted {
  readonly text: string;
  readonly entities: readonly Entity[];
}

/** undefined: it is not installed here. */
export const tdlib: Tdlib | undefined = load();

function load(): Tdlib | undefined {
  const execute = executor();
  if (execute === undefined) return undefined;
  const ask = (query: object): Formatted => {
    const answer = execute(query);
    if (answer._ === 'error') throw bad(lowered(answer.message));
    return answer;
  };
  const marked = ({ text, entities }: Formatted): Marked => ({ text, entities: entities.flatMap(fromTdlib) });
  const formatted = ({ text, entities }: Marked) => ({
    _: 'formattedText',
    text,
    entities: entities.map(toTdlib),
  });
  return {
    find: (text) => ask({ _: 'getTextEntities', text }).entities.flatMap(fromTdlib),
    parse: (text, mode) => marked(ask({ _: 'parseTextEntities', text, parse_mode: modeOf(mode) })),
    takesLink(url) {
      const text = `<a href="${escaped(url)}">x</a>`;
      return ask({ _: 'parseTextEntities', text, parse_mode: modeOf('html') }).entities.length > 0;
    },
    toMarkdown: (text) => marked(ask({ _: 'getMarkdownText', text: formatted(text) })),
    fromMarkdown: (text) => marked(ask({ _: 'parseMarkdown', text: formatted(text) })),
  };
}

type Answer =
  | ({ readonly _: 'formattedText' } & Formatted)
  | { readonly _: 'error'; readonly message: string };

function executor(): ((query: object) => Answer) | undefined {
  const require = createRequire(import.meta.url);
  try {
    const tdl = require('tdl');
    const { getTdjson } = require('prebuilt-tdlib');
    tdl.configure({ tdjson: getTdjson(), verbosityLevel: 0 });
    return (query) => tdl.execute(query);
  } catch (error) {
    // It exists for some systems only, and is no part of the product.
    if (error instanceof Error && /Cannot find|not found|unsupported|no such file/i.test(error.message))
      return undefined;
    throw error;
  }
}

const escaped = (text: string) =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

const lowered = (words: string) => words.slice(0, 1).toLowerCase() + words.slice(1);

function modeOf(mode: string) {
  switch (mode.toLowerCase()) {
    case 'html':
      return { _: 'textParseModeHTML' };
    case 'markdownv2':
      return { _: 'textParseModeMarkdown', version: 2 };
    case 'markdown':
      return { _: 'textParseModeMarkdown', version: 1 };
    default:
      throw bad('unsupported parse_mode');
  }
}

const names = {
  mention: 'Mention',
  hashtag: 'Hashtag',
  cashtag: 'Cashtag',
  bot_command: 'BotCommand',
  url: 'Url',
  email: 'EmailAddress',
  phone_number: 'PhoneNumber',
  bold: 'Bold',
  italic: 'Italic',
  underline: 'Underline',
  strikethrough: 'Strikethrough',
  spoiler: 'Spoiler',
  blockquote: 'BlockQuote',
  expandable_blockquote: 'ExpandableBlockQuote',
  code: 'Code',
} as const;

type Common = keyof typeof names;
const common = new Map<string, Common>(
  Object.entries(names).map(([type, name]) => [`textEntityType${name}`, type as Common] as const),
);

function fromTdlib({ offset, length, type }: Entity): readonly MessageEntity[] {
  const place = { offset, length };
  const known = common.get(type._);
  if (known !== undefined) return [{ type: known, ...place }];
  switch (type._) {
    case 'textEntityTypePre':
      return [{ type: 'pre', ...place }];
    case 'textEntityTypePreCode':
      return [{ type: 'pre', ...place, language: type.language ?? '' }];
    case 'textEntityTypeTextUrl':
      return [{ type: 'text_link', ...place, url: type.url ?? '' }];
    case 'textEntityTypeMentionName':
      return [
        {
          type: 'text_mention',
          ...place,
          user: { id: type.user_id ?? 0, is_bot: false, first_name: 'somebody' },
        },
      ];
    default:
      return [];
  }
}

function toTdlib(entity: MessageEntity) {
  const { offset, length } = entity;
  return { _: 'textEntity', offset, length, type: typeOf(entity) };
}

function typeOf(entity: MessageEntity) {
  switch (entity.type) {
    case 'pre':
      return entity.language === undefined
        ? { _: 'textEntityTypePre' }
        : { _: 'textEntityTypePreCode', language: entity.language };
    case 'text_link':
      return { _: 'textEntityTypeTextUrl', url: entity.url };
    case 'text_mention':
      return { _: 'textEntityTypeMentionName', user_id: entity.user.id };
    case 'custom_emoji':
      return { _: 'textEntityTypeCustomEmoji', custom_emoji_id: entity.custom_emoji_id };
    case 'date_time':
      throw new Error('this library is older than marks of dates');
    default:
      return { _: `textEntityType${names[entity.type]}` };
  }
}
