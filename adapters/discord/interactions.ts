/**
 * What people press, choose, fill in and command. Discord gives three seconds for the first answer, so each is
 * answered here, apart from what becomes of it.
 */
import type { ButtonEvent, FormEvent, Host, InboundEvent } from '../../src/core/channel.ts';
import type { Clock } from '../../src/lib/clock.ts';
import type { Forms } from '../../src/lib/forms.ts';
import type { RestCall } from './client.ts';
import { controlOf } from './components.ts';
import { chosen, type Entered, fieldsOf, modalOf, modalToken } from './forms.ts';
import { commandOf, type Deed, deedOf } from './inbound.ts';
import { choicesOf } from './menu.ts';
import { insist } from './messages.ts';
import type { Names } from './names.ts';
import type { Replies } from './replies.ts';
import type { Reposts } from './reposts.ts';
import { endThinking } from './whisper.ts';
import type { WireInteraction } from './wire.ts';

/** What answering people's presses needs. */
export interface InteractionsDeps {
  /** The adapter's id. */
  readonly adapter: string;
  readonly call: RestCall;
  readonly forms: Forms;
  readonly reposts: Reposts;
  readonly replies: Replies;
  readonly clock: Clock;
  /** 0 to 1, for the jitter. */
  random(): number;
  readonly signal: AbortSignal;
  /** Resolves when it is stored; rejects when it is not. */
  receive(event: InboundEvent): Promise<void>;
  readonly suggest: Host['suggest'];
  readonly names: Names;
  readonly admits: NonNullable<Host['admits']>;
}

/** As Discord numbers them. */
const kinds = { command: 2, component: 3, choices: 4, modal: 5 } as const;
const answers = { message: 4, thinking: 5, update: 6, choices: 8, modal: 9 } as const;
const ephemeral = 1 << 6;

/** Discord gives 3 s to the first answer; what is not stored by then is refused with a sentence, milliseconds. */
const patienceMs = 2000;

/** A command that was answered in no way is not waited for any longer, milliseconds. */
const thinkingMs = 30_000;

const sentences = {
  notStored:
    'This could not be stored yet, so it is not certain that it counts. If nothing changes here, please do it again.',
  unknownForm:
    'This form is no longer known, so it cannot be opened. Write your answer as a reply to this message.',
} as const;

/**
 * A press is answered once it is stored, which takes milliseconds; a button that opens a form is answered by the form
 * and stores nothing. Discord tells an interaction once: one that no gateway hears fails in sight of its person.
 */
export async function interacted(deps: InteractionsDeps, interaction: WireInteraction): Promise<void> {
  const deed = deedOf(interaction, deps.adapter);
  if (deed === undefined) return;
  switch (interaction.type) {
    case kinds.command:
      return take(deps, interaction, commandOf(deed, interaction, deps.names), true);
    case kinds.component:
      return component(deps, interaction, deed);
    case kinds.modal:
      return submitted(deps, interaction, deed);
    case kinds.choices:
      return suggested(deps, interaction, deed);
  }
}

/** While somebody writes: what is not known in time is not suggested. */
async function suggested(deps: InteractionsDeps, interaction: WireInteraction, deed: Deed): Promise<void> {
  const { address, author, room, name: command, text } = commandOf(deed, interaction, deps.names);
  const known = deps.suggest?.({ address, author, room, command, text }) ?? Promise.resolve([]);
  const choices = choicesOf((await inTime(deps, known)) ?? []);
  return answer(deps.call, interaction, { type: answers.choices, data: { choices } });
}

async function component(deps: InteractionsDeps, interaction: WireInteraction, deed: Deed): Promise<void> {
  const control = controlOf(interaction.data?.custom_id ?? '');
  const message = interaction.message?.id;
  if (control === undefined || message === undefined) return;
  const { token } = control;
  const base = { ...deed, message: deps.reposts.first(message), token };
  if (control.type === 'button') {
    const event: ButtonEvent = { ...base, type: 'button' };
    return take(deps, interaction, event, false);
  }
  // To those who may not answer nothing is shown: their press goes the way of all presses.
  if ((await inTime(deps, deps.admits(deed))) !== true)
    return take(deps, interaction, { ...base, type: 'button' }, false);
  const form = await inTime(deps, deps.forms.get(token));
  if (form === undefined) return refuse(deps, interaction, sentences.unknownForm);
  if (control.type === 'form')
    return answer(deps.call, interaction, { type: answers.modal, data: modalOf(form) });
  const [field] = form.fields;
  if (field === undefined) return;
  const fields = { [field.id]: chosen(field, interaction.data?.values ?? []) };
  return take(deps, interaction, { ...base, type: 'form', fields }, false);
}

async function submitted(deps: InteractionsDeps, interaction: WireInteraction, deed: Deed): Promise<void> {
  const token = modalToken(interaction.data?.custom_id ?? '');
  const message = interaction.message?.id;
  if (token === undefined || message === undefined) return;
  const form = await inTime(deps, deps.forms.get(token));
  if (form === undefined) return refuse(deps, interaction, sentences.unknownForm);
  const fields = fieldsOf(form, enteredIn(interaction));
  const event: FormEvent = { ...deed, type: 'form', message: deps.reposts.first(message), token, fields };
  return take(deps, interaction, event, false);
}

function enteredIn({ data }: WireInteraction): Entered {
  const all = (data?.components ?? []).flatMap(({ component, components }) => component ?? components ?? []);
  return Object.fromEntries(
    all.map(({ custom_id: id, value, values }) => [id, values ?? (value ? [value] : [])]),
  );
}

/** The event is stored, then Discord is told so. */
async function take(
  deps: InteractionsDeps,
  interaction: WireInteraction,
  event: InboundEvent,
  thinking: boolean,
): Promise<void> {
  const { id, token, application_id: application } = interaction;
  const { promise: acknowledged, resolve } = Promise.withResolvers<void>();
  const { thread } = event.address;
  deps.replies.add(id, { application, token, at: event.at, thinking, thread, acknowledged });
  const stored = await inTime(
    deps,
    insist(deps, deps.signal, () => deps.receive(event)),
  );
  if (stored !== true) await refuse(deps, interaction, sentences.notStored);
  else if (thinking)
    await answer(deps.call, interaction, { type: answers.thinking, data: { flags: ephemeral } });
  else await answer(deps.call, interaction, { type: answers.update });
  resolve();
  if (stored !== true || !thinking) return;
  await deps.clock.sleep(thinkingMs, deps.signal);
  await endThinking(deps.call, deps.replies.endThinking({ interaction: id }));
}

/** What a promise comes to; undefined where it rejects, or takes too long. */
async function inTime<T>({ clock }: InteractionsDeps, work: Promise<T>): Promise<T | undefined> {
  const stop = new AbortController();
  const late = clock.sleep(patienceMs, stop.signal).then(() => undefined);
  try {
    const [settled] = await Promise.race([Promise.allSettled([work]), late.then(() => [])]);
    return settled?.status === 'fulfilled' ? settled.value : undefined;
  } finally {
    stop.abort();
  }
}

function refuse({ call }: InteractionsDeps, interaction: WireInteraction, sentence: string): Promise<void> {
  return answer(call, interaction, { type: answers.message, data: { content: sentence, flags: ephemeral } });
}

interface Answer {
  readonly type: number;
  readonly data?: unknown;
}

/**
 * One that does not arrive is seen by the person as "This interaction failed"; what they did is stored all the same,
 * and shown by the message that it changes.
 */
async function answer(call: RestCall, { id, token }: WireInteraction, body: Answer): Promise<void> {
  const path: `/${string}` = `/interactions/${id}/${token}/callback`;
  await Promise.allSettled([call({ method: 'post', path, body, open: true })]);
}
