/** The card of a request: the whole act, and what can be pressed. Pure. */
import type { CardChoice } from '../core/action.ts';
/** Cards: what the agent asks, what can be pressed, and what became of it. Pure. */
import type { PermissionRequest } from '../core/agent.ts';
import type { Button, Capabilities, OutboundMessage } from '../core/channel.ts';
import { headOf, tailOf } from '../core/clip.ts';
import { counted } from './amounts.ts';
import { outcomeLine } from './outcomes.ts';
import { code, escaped, fenced, visible } from './plain.ts';
import type { RequestView, TurnView } from './plan.ts';
import { askedText, type Controls, questionControls } from './questions.ts';
import { sentences } from './sentences.ts';

const none: Controls = { buttons: [], hint: '' };

export function card(view: TurnView, asked: RequestView, capabilities: Capabilities): OutboundMessage {
  const open = asked.state === 'open';
  const controls = open ? controlsOf(view, asked, capabilities) : none;
  const { buttons, form, hint } = controls;
  const outcome = outcomeLine(asked, view.clock);
  const place = `in ${escaped(view.project)} · for ${escaped(view.author.name)}`;
  const below = [place, hint, outcome].filter((line) => line !== '');
  const again = asked.state === 'expired' || asked.state === 'lost';
  return {
    kind: 'request',
    markdown: fitted(asked, open, below, capabilities),
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

function controlsOf(view: TurnView, asked: RequestView, capabilities: Capabilities): Controls {
  const token = tokenOf(view, asked);
  if (asked.request.kind === 'question') {
    return questionControls(asked.request.questions, token, capabilities);
  }
  const decide: readonly Button[] = [
    { label: 'Allow once', token: token('once'), style: 'primary' },
    { label: 'Reject', token: token('reject'), style: 'danger' },
  ];
  if (capabilities.forms === 'none') return { buttons: decide, hint: sentences.ownReason };
  const label = 'Reject with reason';
  const reason = {
    id: 'reason',
    label: 'Reason',
    options: [],
    multiple: false,
    custom: false,
    required: true,
  };
  const form = { token: token('reason'), title: label, submit: 'Reject', fields: [reason] };
  return { buttons: [...decide, { label, token: token('reason'), style: 'plain', form }], hint: '' };
}

/** All of it where it fits; else as much of the beginning and the end as fits, and how much is hidden. */
function fitted(
  asked: RequestView,
  open: boolean,
  below: readonly string[],
  { measure, maxLength }: Capabilities,
): string {
  const { request } = asked;
  const sign = open ? '⚠ ' : '';
  const body = (longest: number): string =>
    request.kind === 'permission'
      ? `${sign}${titleOf(request)}\n\n${subjectOf(request, longest)}`
      : askedText(request, sign, longest);
  const whole = (longest: number): string => `${body(longest)}\n\n${below.join('  \n')}`;
  const all = whole(Number.POSITIVE_INFINITY);
  if (measure(all) <= maxLength) return all;
  let low = 0;
  let high = maxLength;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(whole(middle)) <= maxLength) low = middle;
    else high = middle - 1;
  }
  return whole(low);
}

const wishes: Readonly<Record<string, string>> = {
  bash: 'ants to run a command',
  edit: 'ants to change a file',
  webfetch: 'ants to open an address',
  external_directory: 'ants to reach outside of its project',
  doom_loop: 'ants to go on, though it repeats the same step',
};

function titleOf({ permission, from, session }: PermissionRequest): string {
  const known = Object.hasOwn(wishes, permission) ? wishes[permission] : undefined;
  const wish = known ?? `ants to use ${code(permission)}`;
  return from === session ? `W${wish}` : `A sub-agent w${wish}`;
}

function subjectOf({ permission, subject, patterns, diff }: PermissionRequest, longest: number): string {
  const text = subject.trim() === '' ? patterns.join('\n') : subject;
  if (diff === undefined || diff.trim() === '') return excerpt(text, '', longest);
  const name = permission === 'edit' ? code(text) : excerpt(text, '', longest);
  return `${name}\n\n${excerpt(diff, 'diff', longest)}`;
}

/** The notice stands between two fences of ours, where nothing that the model wrote can stand. */
function excerpt(text: string, language: string, longest: number): string {
  const shown = visible(text);
  if (shown.length <= longest) return fenced(shown, language);
  const head = headOf(shown, Math.ceil((longest * 2) / 3));
  const tail = tailOf(shown, Math.floor(longest / 3));
  const missing = shown.length - head.length - tail.length;
  const hidden = `… ${counted(missing, 'character')} hidden. Reject if in doubt. …`;
  const parts = [
    ...(head === '' ? [] : [fenced(head, language)]),
    hidden,
    ...(tail === '' ? [] : [fenced(tail, language)]),
  ];
  return parts.join('\n\n');
}
