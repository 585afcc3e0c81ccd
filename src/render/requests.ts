/** Cards: what the agent asks, what can be pressed, and what became of it. Pure. */
import type { CardChoice } from '../core/action.ts';
import type { Button, Capabilities, OutboundFile, OutboundMessage } from '../core/channel.ts';
import { clip } from '../core/clip.ts';
import { actText, wholeAct, wishOf } from './acts.ts';
import { counted } from './amounts.ts';
import { outcomeLine } from './outcomes.ts';
import { escaped, quoted } from './plain.ts';
import type { RequestView, TurnView } from './plan.ts';
import { askedText, type Controls, questionControls } from './questions.ts';
import { sentences } from './sentences.ts';

/** The message of a request, and the file that holds all of what it asks where the message does not. */
export interface Card {
  readonly content: OutboundMessage;
  readonly file: OutboundFile | undefined;
}

/** Characters of a reply that are repeated where it is asked back about. */
const longestWords = 600;

const none: Controls = { buttons: [], hint: [] };

/** `stands`: the file stands in the thread. Before that nobody can allow what they cannot read. */
export function card(view: TurnView, asked: RequestView, capabilities: Capabilities, stands = false): Card {
  const outcome = outcomeLine(asked, view.clock);
  const place = `in ${escaped(view.project)} · for ${escaped(view.author.name)}`;
  const laid = (controls: Controls): Laid => ({
    asked,
    below: [place, ...controls.hint, outcome].filter((line) => line !== ''),
  });
  const open = controlsOf(view, asked, capabilities, { type: 'shown' });
  if (fits(laid(open), capabilities))
    return { content: contentOf(view, asked, open, textOf(laid(open))), file: undefined };
  const file = fileOf(asked, capabilities);
  const controls = controlsOf(view, asked, capabilities, { type: 'hidden', file: file?.name, stands });
  return { content: contentOf(view, asked, controls, cutText(laid(controls), capabilities)), file };
}

function contentOf(
  view: TurnView,
  asked: RequestView,
  { buttons, form }: Controls,
  markdown: string,
): OutboundMessage {
  const open = asked.state === 'open';
  const again = asked.state === 'expired' || asked.state === 'lost';
  return {
    kind: 'request',
    markdown,
    buttons: again ? [plain('Ask again', tokenOf(view, asked)('again'))] : buttons,
    ...(form === undefined ? {} : { form }),
    live: open || asked.state === 'settling',
    silent: !open,
  };
}

function tokenOf(view: TurnView, { id }: RequestView): (choice: CardChoice) => string {
  return (choice) => view.token({ type: 'request', request: id, choice });
}

function plain(label: string, token: string): Button {
  return { label, token, style: 'plain' };
}

/** How much of what is asked stands in the message. `file`: the name of the one that holds the rest. */
type Shown =
  | { readonly type: 'shown' }
  | { readonly type: 'hidden'; readonly file: string | undefined; readonly stands: boolean };

function controlsOf(view: TurnView, asked: RequestView, capabilities: Capabilities, shown: Shown): Controls {
  if (asked.state !== 'open') {
    const rest = shown.type === 'hidden' && shown.file !== undefined && shown.stands;
    return rest ? { buttons: [], hint: [sentences.longAct(shown.file, true)] } : none;
  }
  const token = tokenOf(view, asked);
  const { request } = asked;
  if (request.kind === 'permission')
    return permissionControls(request.unknown !== true, token, capabilities, shown);
  const { hint, ...controls } = questionControls(request.questions, token, capabilities);
  const more = shown.type === 'shown' ? '' : sentences.longQuestion(shown.file);
  return { ...controls, hint: [more, ...hint].filter((line) => line !== '') };
}

function permissionControls(
  known: boolean,
  token: (choice: CardChoice) => string,
  { forms }: Capabilities,
  shown: Shown,
): Controls {
  const allowed = known && (shown.type === 'shown' || (shown.file !== undefined && shown.stands));
  const buttons: readonly Button[] = [
    ...(allowed ? [allowButton(token)] : []),
    rejectButton(token),
    ...(forms === 'none' ? [] : [withReason(token('reason'))]),
  ];
  const whole = shown.type === 'shown' ? '' : sentences.longAct(shown.file, shown.stands);
  const rule = forms === 'none' ? sentences.ownReason : sentences.buttonsDecide;
  return { buttons, hint: [whole, rule].filter((line) => line !== '') };
}

function allowButton(token: (choice: CardChoice) => string): Button {
  return { label: 'Allow once', token: token('once'), style: 'primary' };
}

function rejectButton(token: (choice: CardChoice) => string): Button {
  return { label: 'Reject', token: token('reject'), style: 'danger' };
}

function withReason(token: string): Button {
  const label = 'Reject with reason';
  const reason = {
    id: 'reason',
    label: 'Reason',
    options: [],
    multiple: false,
    custom: false,
    required: true,
  };
  return { label, token, style: 'plain', form: { token, title: label, submit: 'Reject', fields: [reason] } };
}

/**
 * Asks back where somebody answered a permission in words, with buttons. Only on what shows the whole act it can be
 * allowed, so a long one is left to its card. undefined: nobody did.
 */
export function askedBack(
  view: TurnView,
  asked: RequestView,
  { measure, maxLength }: Capabilities,
): OutboundMessage | undefined {
  const { request, words, state } = asked;
  if (words === undefined || request.kind !== 'permission') return undefined;
  const base = {
    kind: 'notice',
    live: state === 'open',
    silent: state !== 'open',
    replyTo: words.message,
  } as const;
  if (state !== 'open') return { ...base, markdown: sentences.seeCard, buttons: [] };
  const token = tokenOf(view, asked);
  const said = `${sentences.askedBack(words.by)}\n\n${quoted(clip(words.text, longestWords))}`;
  const whole = `${said}\n\n⚠ ${wishOf(request)}\n\n${actText(request, Number.POSITIVE_INFINITY)}`;
  const shown = request.unknown !== true && measure(whole) <= maxLength;
  const buttons: readonly Button[] = [
    ...(shown ? [allowButton(token)] : []),
    rejectButton(token),
    plain('Reject with these words', token('words')),
  ];
  return { ...base, markdown: shown ? whole : `${said}\n\n${sentences.allowAbove}`, buttons };
}

interface Laid {
  readonly asked: RequestView;
  readonly below: readonly string[];
}

/** `longest`: characters of each piece that the agent wrote. */
function textOf({ asked, below }: Laid, longest = Number.POSITIVE_INFINITY): string {
  const { request, state } = asked;
  const sign = state === 'open' ? '⚠ ' : '';
  const body =
    request.kind === 'permission'
      ? `${sign}${wishOf(request)}\n\n${actText(request, longest)}`
      : askedText(request, sign, longest);
  return `${body}\n\n${below.join('  \n')}`;
}

function fits(laid: Laid, { measure, maxLength }: Capabilities): boolean {
  return measure(textOf(laid)) <= maxLength;
}

/** As much of the beginning and the end as fits; where even nothing of it does, with less said below. */
function cutText(laid: Laid, { measure, maxLength }: Capabilities): string {
  let low = 0;
  let high = maxLength;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(textOf(laid, middle)) <= maxLength) low = middle;
    else high = middle - 1;
  }
  const text = textOf(laid, low);
  return measure(text) <= maxLength ? text : textOf({ ...laid, below: laid.below.slice(1, 2) }, 0);
}

const files: Readonly<Record<string, Pick<OutboundFile, 'name' | 'mime'>>> = {
  diff: { name: 'patch', mime: 'text/x-diff' },
  json: { name: 'json', mime: 'application/json' },
};

/** undefined: the platform does not take it. Two requests of a thread have two names. */
function fileOf({ id, request }: RequestView, { uploads }: Capabilities): OutboundFile | undefined {
  if (uploads === 'none') return undefined;
  const { text, language } =
    request.kind === 'permission'
      ? wholeAct(request)
      : { text: askedText(request, '', Number.POSITIVE_INFINITY), language: '' };
  const bytes = new TextEncoder().encode(text.replace(/\n*$/, '\n'));
  if (bytes.length > uploads.maxBytes) return undefined;
  const { name, mime } = files[language] ?? { name: 'txt', mime: 'text/plain' };
  const markdown = `All of what the card above asks, ${counted(text.length, 'character')}.`;
  return { name: `request-${id}.${name}`, mime, bytes, markdown, silent: true };
}
