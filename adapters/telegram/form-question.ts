/** One question of a form: how it reads, and how it is posted and taken away. */
import type { ForceReply } from 'grammy/types';
import type { Author, Form, FormField, Host, ThreadAddress } from '../../src/core/channel.ts';
import { clip } from '../../src/core/clip.ts';
import { ChannelError } from '../../src/core/errors.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { backoff } from '../../src/lib/retry.ts';
import { isGroup, userOf } from './address.ts';
import { neutral } from './neutral.ts';
import { inChat, looks, remove, replyTo, type Sender } from './outbound.ts';
import { joined, marked, plain, type Styled, styled } from './styled.ts';

/** One question of a form to one person. */
export interface FormQuestion {
  readonly address: ThreadAddress;
  readonly author: Pick<Author, 'id' | 'name'>;
  readonly form: Form;
  /** Place of the field in the form. */
  readonly at: number;
  /** What was answered before did not fit. */
  readonly unclear: boolean;
  /** The message that the question answers. */
  readonly below: string;
}

/** What a mark that keeps mentions from being found can add doubles a text at most, and a message holds 4096. */
const longest = { title: 60, name: 60, label: 500, options: 1200, option: 40, placeholder: 64 } as const;

/** Posts a question that the person's app answers with a reply. Returns its id. */
export function postQuestion(sender: Sender, question: FormQuestion): Promise<string> {
  const field = fieldOf(question);
  const { text, entities } = questionOf(question, field);
  const manner: ForceReply = {
    force_reply: true,
    selective: true,
    input_field_placeholder: clip(instructionOf(field, true), longest.placeholder),
  };
  return inChat(sender, question.address, 'sendMessage', async ({ chat, ...topic }) => {
    const sent = await sender.api.sendMessage(chat, text, {
      ...topic,
      ...looks(entities),
      ...replyTo(question.below),
      disable_notification: true,
      reply_markup: manner,
    });
    return String(sent.message_id);
  });
}

function fieldOf({ form, at }: FormQuestion): FormField {
  const field = form.fields[at];
  if (field === undefined) throw new Error(`the form has no field ${at}`);
  return field;
}

/** Pure. */
function questionOf(question: FormQuestion, field: FormField): Styled {
  const parts = [
    ...(question.unclear ? [plain(complaintOf(field))] : []),
    joined([headOf(question), plain(neutral(clip(field.label, longest.label)))], '\n'),
    ...(field.options.length === 0 ? [] : [plain(neutral(listOf(field)))]),
    plain(instructionOf(field, false)),
  ];
  return joined(parts, '\n\n');
}

/** In a group only whom it names is asked by the app. */
function headOf({ address, author, form, at }: FormQuestion): Styled {
  const title = styled(plain(neutral(clip(form.title, longest.title))), 'bold');
  const count = form.fields.length > 1 ? [plain(`${at + 1} of ${form.fields.length}`)] : [];
  const id = isGroup(address) ? userOf(author.id) : undefined;
  const name = clip(author.name, longest.name);
  const user = { id: id ?? 0, is_bot: false as const, first_name: name };
  const whom = id === undefined ? [] : [marked(plain(neutral(name)), { type: 'text_mention', user })];
  return joined([...whom, title, ...count], ' · ');
}

/** The card above shows the descriptions too, where they are too long for here. */
function listOf({ options }: FormField): string {
  const full = options.map(({ label, description }, at) => {
    const about = description.trim() === '' ? '' : `: ${description}`;
    return `${at + 1}. ${label}${about}`;
  });
  const whole = full.join('\n');
  if (whole.length <= longest.options) return whole;
  const short = options.map(({ label }, at) => `${at + 1}. ${clip(label, longest.option)}`);
  return clip(short.join('\n'), longest.options);
}

function instructionOf({ options, multiple, custom, required }: FormField, brief: boolean): string {
  const lead = brief ? '' : 'Reply with ';
  const own = custom ? ', or your own words' : '';
  const what =
    options.length === 0
      ? 'your answer'
      : multiple
        ? `numbers or names, commas between them${own}`
        : `a number or a name${own}`;
  const end = required ? '' : '; - leaves it empty';
  const text = `${lead}${what}${end}`;
  return brief ? text.charAt(0).toUpperCase() + text.slice(1) : `${text}.`;
}

function complaintOf({ options }: FormField): string {
  return options.length === 0
    ? 'Only a text can be taken here.'
    : 'That is none of the choices, so nothing was taken.';
}

export interface TakingAway {
  readonly sender: Sender;
  readonly host: Pick<Host, 'log' | 'spent'>;
  readonly clock: Clock;
  /** 0 to 1, for the jitter. */
  random(): number;
  /** Nothing is tried again from then on. */
  readonly signal: AbortSignal;
}

/** Tries to take a question away. */
const mostTries = 5;

/** Questions that cannot be taken away stay: they do no harm. */
export async function takeAway(
  deps: TakingAway,
  address: ThreadAddress,
  questions: readonly string[],
): Promise<void> {
  const { clock, signal } = deps;
  for (const question of questions) {
    for (let tries = 1; tries <= mostTries && !signal.aborted; tries += 1) {
      const wait = await takeAwayOnce(deps, address, question, tries);
      if (wait === undefined) break;
      await clock.sleep(wait, signal);
    }
  }
}

/** Milliseconds to wait for another try; undefined: it is gone, or will never be. */
async function takeAwayOnce(
  { sender, host, random }: TakingAway,
  address: ThreadAddress,
  question: string,
  tries: number,
): Promise<number | undefined> {
  try {
    host.spent?.(address);
    await remove(sender, address, question);
    return undefined;
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    const { failure, message } = error;
    if (failure.reason === 'rate-limited') return failure.retryAfterMs;
    if (failure.reason === 'unavailable') return backoff(tries + 1, random());
    host.log.debug(
      { chat: address.channel, answer: message },
      'a question of a form could not be taken away',
    );
    return undefined;
  }
}
