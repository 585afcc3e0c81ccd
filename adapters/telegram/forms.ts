/**
 * Forms as dialogues: the button of a form makes the bot ask for its fields one by one, and each reply to a question
 * fills one. The last one makes the event. What is known of a dialogue is stored before an update counts as taken.
 */
import type {
  ButtonEvent,
  Form,
  Host,
  InboundEvent,
  MessageEvent,
  OutboundMessage,
  ThreadAddress,
} from '../../src/core/channel.ts';
import { ChannelError } from '../../src/core/errors.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { createForms, type Forms, formsOf } from '../../src/lib/forms.ts';
import { backoff } from '../../src/lib/retry.ts';
import { valuesOf } from './form-answers.ts';
import { postQuestion, takeAway } from './form-question.ts';
import {
  createFormRecords,
  type FormDialogue,
  type FormRecords,
  type KeptDialogue,
  keyOf,
  stale,
} from './form-records.ts';
import type { Sender } from './outbound.ts';

export interface FormDialogues {
  /** Before a message is shown. */
  keep(message: OutboundMessage): Promise<void>;
  /** Resolves when the event, or what it does to a dialogue, is stored. */
  hear(event: InboundEvent): Promise<void>;
  /** After a message was changed: a card that asks for nothing more ends its dialogues. */
  changed(address: ThreadAddress, card: string, message: OutboundMessage): void;
  /** Goes on with what a former process left, and forgets what is old; resolves when aborted. */
  run(): Promise<void>;
}

export interface FormDialoguesDeps {
  readonly host: Pick<Host, 'receive' | 'admits' | 'documents' | 'commands' | 'log' | 'spent'>;
  readonly sender: Sender;
  readonly clock: Clock;
  /** 0 to 1, for the jitter. */
  random(): number;
  /** Nothing is tried again from then on. */
  readonly signal: AbortSignal;
  /** Tells something to one person, in answer to what they did. */
  whisper(event: InboundEvent, sentence: string): Promise<void>;
}

interface State extends FormDialoguesDeps {
  readonly forms: Forms;
  readonly records: FormRecords;
  /** One change after another, posts of questions among them: an answer cannot overtake its question. */
  tail: Promise<unknown>;
}

/** No card is open for longer than this, milliseconds. */
const formLifeMs = 7 * 24 * 3_600_000;
/** How often old dialogues are looked for, milliseconds. */
const tidyMs = 300_000;

export function createFormDialogues(deps: FormDialoguesDeps): FormDialogues {
  const { host, clock } = deps;
  const forms = createForms(host.documents, formLifeMs);
  const state: State = {
    ...deps,
    forms,
    records: createFormRecords(host.documents),
    tail: Promise.resolve(),
  };
  return {
    keep: (message) => forms.keep(formsOf(message), clock.now()),
    hear: (event) => hear(state, event),
    changed(address, card, message) {
      if (message.kind !== 'request' || formsOf(message).length > 0) return;
      aside(state, () => settle(state, address, card));
    },
    run: () => tidy(state),
  };
}

function inTurn<T>(state: State, job: () => Promise<T>): Promise<T> {
  const done = state.tail.then(job);
  state.tail = done.catch(() => {
    // Whoever asked for it is told.
  });
  return done;
}

/** Beside what is being done; nothing waits for it. */
function aside({ host }: State, job: () => Promise<void>): void {
  void job().catch((error: unknown) => {
    host.log.warn({ error }, 'a form could not go on');
  });
}

async function hear(state: State, event: InboundEvent): Promise<void> {
  const { host } = state;
  if (event.type === 'button') {
    const form = await state.forms.get(event.token);
    // A question is a word of ours: whoever may not be answered gets none, however often they press.
    const begins = form !== undefined && (await host.admits?.(event)) !== false;
    return begins ? inTurn(state, () => begin(state, event, form)) : host.receive(event);
  }
  const mayAnswer = event.type === 'message' && event.replyTo !== undefined && event.addressed;
  return mayAnswer ? inTurn(state, () => reply(state, event)) : host.receive(event);
}

async function begin(state: State, { id, address, author, message, at }: ButtonEvent, form: Form) {
  const { records } = state;
  const key = keyOf(address, message, author.id);
  const before = await records.get(key);
  if (before !== undefined && Number(id) <= before.update) return;
  // Whoever presses again begins again.
  if (before !== undefined) aside(state, () => takeAway(state, before.address, before.prompts));
  const dialogue: FormDialogue = {
    at,
    update: Number(id),
    author: { id: author.id, name: author.name },
    address: { ...address },
    card: message,
    form: { ...form, fields: form.fields.map((field) => ({ ...field, options: [...field.options] })) },
    fields: {},
    below: message,
    unclear: false,
    prompts: [],
    stage: 'asking',
  };
  await records.put(key, dialogue);
  aside(state, () => askUntil(state, key));
}

async function reply(state: State, event: MessageEvent): Promise<void> {
  const { host, records } = state;
  const { address, author, replyTo = '' } = event;
  const kept = (await records.list()).find(
    ({ dialogue }) => dialogue.address.channel === address.channel && dialogue.prompts.includes(replyTo),
  );
  if (kept === undefined || isCommand(state, event)) return host.receive(event);
  const { dialogue } = kept;
  if (dialogue.author.id !== author.id)
    return aside(state, () =>
      state.whisper(
        event,
        'This question is for the one who pressed the button. Press it yourself, or reply to the card.',
      ),
    );
  if (Number(event.id) <= dialogue.update) return;
  // Too late for the form: the gateway says what became of the card.
  if (dialogue.stage === 'over' || dialogue.stage === 'cleared')
    return host.receive({ ...event, replyTo: dialogue.card });
  if (dialogue.stage === 'asking' || dialogue.prompts.at(-1) !== replyTo)
    return aside(state, () => state.whisper(event, 'This was answered already: the newest question counts.'));
  await fill(state, kept, event);
}

/** `!stop` is no answer. */
function isCommand({ host }: State, { text }: MessageEvent): boolean {
  const [, name] = /^!([a-z]+)\b/i.exec(text) ?? [];
  return host.commands.some((command) => command.name === name?.toLowerCase());
}

async function fill(state: State, { key, dialogue }: KeptDialogue, event: MessageEvent): Promise<void> {
  const { host, records } = state;
  const { form, card } = dialogue;
  const field = form.fields[Object.keys(dialogue.fields).length];
  const values = field === undefined ? undefined : valuesOf(field, event.text);
  const unclear = field === undefined || values === undefined;
  const fields = unclear ? dialogue.fields : { ...dialogue.fields, [field.id]: [...values] };
  const next: FormDialogue = { ...dialogue, update: Number(event.id), below: event.message, unclear, fields };
  if (Object.keys(fields).length < form.fields.length) {
    await records.put(key, { ...next, stage: 'asking' });
    aside(state, () => askUntil(state, key));
    return;
  }
  const { id, address, author, room, at } = event;
  await host.receive({
    type: 'form',
    id,
    address,
    author,
    room,
    at,
    message: card,
    token: form.token,
    fields,
  });
  await records.put(key, { ...next, stage: 'over' });
  aside(state, () => clear(state, key));
}

async function askUntil(state: State, key: string): Promise<void> {
  for (let failures = 1; !state.signal.aborted; failures += 1) {
    const wait = await inTurn(state, () => askOnce(state, key, failures));
    if (wait === undefined) return;
    await state.clock.sleep(wait, state.signal);
  }
}

/** Milliseconds to wait for another try; undefined: it is done, or will never be. */
async function askOnce(state: State, key: string, failures: number): Promise<number | undefined> {
  const { records, sender, host, random } = state;
  const dialogue = await records.get(key);
  if (dialogue?.stage !== 'asking') return undefined;
  try {
    const at = Object.keys(dialogue.fields).length;
    host.spent?.(dialogue.address);
    const prompt = await postQuestion(sender, { ...dialogue, at });
    await records.put(key, { ...dialogue, prompts: [...dialogue.prompts, prompt], stage: 'asked' });
    return undefined;
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    const { failure, message } = error;
    if (failure.reason === 'rate-limited') return failure.retryAfterMs;
    if (failure.reason === 'unavailable') return backoff(failures + 1, random());
    host.log.info({ chat: dialogue.address.channel, answer: message }, 'a form could not be asked for');
    await records.remove(key);
    return undefined;
  }
}

async function settle(state: State, address: ThreadAddress, card: string): Promise<void> {
  await inTurn(state, async () => {
    for (const { key, dialogue } of await state.records.list()) {
      if (dialogue.address.channel === address.channel && dialogue.card === card) await end(state, key);
    }
  });
}

/** In turn. */
async function end(state: State, key: string): Promise<void> {
  const dialogue = await state.records.get(key);
  if (dialogue === undefined || dialogue.stage === 'over' || dialogue.stage === 'cleared') return;
  await state.records.put(key, { ...dialogue, stage: 'over' });
  aside(state, () => clear(state, key));
}

async function clear(state: State, key: string): Promise<void> {
  const dialogue = await state.records.get(key);
  if (dialogue?.stage !== 'over') return;
  await takeAway(state, dialogue.address, dialogue.prompts);
  await inTurn(state, async () => {
    const now = await state.records.get(key);
    if (now?.stage === 'over') await state.records.put(key, { ...now, stage: 'cleared' });
  });
}

async function tidy(state: State): Promise<void> {
  const { clock, signal } = state;
  aside(state, () => resume(state));
  while (!signal.aborted) {
    aside(state, () => forget(state));
    await clock.sleep(tidyMs, signal);
  }
  await state.tail;
}

async function resume(state: State): Promise<void> {
  for (const { key, dialogue } of await state.records.list()) {
    if (dialogue.stage === 'asking') aside(state, () => askUntil(state, key));
    if (dialogue.stage === 'over') aside(state, () => clear(state, key));
  }
}

async function forget(state: State): Promise<void> {
  const { records, forms, clock } = state;
  await inTurn(state, async () => {
    for (const { key, dialogue } of stale(await records.list(), clock.now())) {
      await records.remove(key);
      if (dialogue.stage !== 'cleared')
        aside(state, () => takeAway(state, dialogue.address, dialogue.prompts));
    }
  });
  await forms.prune(clock.now());
}
