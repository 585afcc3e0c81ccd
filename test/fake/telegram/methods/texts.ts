import type { LinkPreviewOptions, MessageEntity } from 'grammy/types';
import { accepted } from '../entities.ts';
import { objectOf, type Parameters, textOf } from '../parameters.ts';
import { bad } from '../refusal.ts';
import { type Marked, tdlib } from '../tdlib.ts';

const longestText = 4096;
const longestCaption = 1024;

/** A text with its marks, given as entities or by a `parse_mode`; counted after parsing. */
export function textFrom(parameters: Parameters): Marked {
  const marked = parsed(parameters, 'text', 'entities');
  if (!/[^\s\u200b-\u200f\u2060-\u2064\ufeff]/u.test(marked.text)) throw bad('message text is empty');
  if (marked.text.length > longestText) throw bad('message is too long');
  return marked;
}

/** The same, where it may be empty. */
export function draftFrom(parameters: Parameters): Marked {
  const marked = parsed(parameters, 'text', 'entities');
  if (marked.text.length > longestText) throw bad('message is too long');
  return marked;
}

export function captionFrom(parameters: Parameters): Marked {
  const marked = parsed(parameters, 'caption', 'caption_entities');
  if (marked.text.length > longestCaption) throw bad('message caption is too long');
  return marked;
}

/** Whether what the text leads to is fetched and shown. */
export function previewFrom(parameters: Parameters, entities: Marked['entities']): boolean {
  const leads = entities.some(({ type }) => type === 'url' || type === 'text_link');
  return leads && objectOf<LinkPreviewOptions>(parameters, 'link_preview_options')?.is_disabled !== true;
}

function parsed(parameters: Parameters, name: string, entitiesName: string): Marked {
  const text = textOf(parameters, name);
  if (!text.isWellFormed()) throw bad('strings must be encoded in UTF-8');
  const mode = textOf(parameters, 'parse_mode');
  if (mode === '') return accepted(text, objectOf<readonly MessageEntity[]>(parameters, entitiesName) ?? []);
  if (tdlib === undefined) throw bad('parse_mode needs prebuilt-tdlib, which is not installed here');
  const marked = tdlib.parse(text, mode);
  return accepted(marked.text, marked.entities);
}
