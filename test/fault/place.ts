import type { ShownMessage } from '../contract/page-client.ts';
import type { Person } from '../fake/telegram/people.ts';
import type { Shown } from '../fake/telegram/screen.ts';
import { type FakeTelegram, startTelegram } from '../fake/telegram.ts';
import { button, eventually, type Gateway } from '../harness.ts';

/** Where the threads of a run stand, and what a person does and sees there. */
export interface Place {
  /** A new thread; its name. */
  begin(): Promise<string>;
  /** The same `id` again is the same message. False: it was not taken, and may be sent again. */
  send(thread: string, text: string, id?: string): Promise<boolean>;
  /** Presses the first button with this label, once it is there. */
  press(thread: string, label: string): Promise<void>;
  messages(thread: string): Promise<readonly ShownMessage[]>;
}

/** A place, and what the gateway must know of it. */
export interface Setting {
  readonly env: Readonly<Record<string, string>>;
  readonly place: (gateway: Gateway) => Place;
  stop(): Promise<void>;
}

export const settings = { page: onPage, telegram: onTelegram } as const;
export type SettingName = keyof typeof settings;

async function onPage(): Promise<Setting> {
  return { env: {}, place: pagePlace, stop: async () => {} };
}

export function pagePlace(gateway: Gateway): Place {
  return {
    begin: () => gateway.page().begin(),
    send: async (thread, text, id) =>
      gateway
        .page()
        .send(thread, text, id === undefined ? {} : { id })
        .then(
          ({ ok }) => ok,
          () => false,
        ),
    async press(thread, label) {
      const { message, token } = await button(gateway.page(), thread, label);
      const { status } = await gateway.page().press(thread, message, token);
      if (status >= 300) throw new Error(`the press was answered with ${status}`);
    },
    messages: (thread) => gateway.page().messages(thread),
  };
}

/** Each thread of a run is a private chat of a person of its own: so many may take part. */
const people = 400;

async function onTelegram(): Promise<Setting> {
  const telegram = await startTelegram();
  telegram.rates.on = true;
  const idle = Array.from({ length: people }, () => telegram.person('Ann'));
  return {
    env: {
      TELEGRAM_BOT_TOKEN: telegram.token,
      TELEGRAM_API_URL: telegram.url,
      DRAGOMAN_ADMINS: idle.map(({ user }) => `telegram:${user.id}`).join(','),
    },
    place: () => telegramPlace(telegram, idle),
    stop: () => telegram.stop(),
  };
}

function telegramPlace(telegram: FakeTelegram, idle: Person[]): Place {
  const busy = new Map<string, Person>();
  const personOf = (thread: string): Person => {
    const person = busy.get(thread);
    if (person === undefined) throw new Error(`no chat ${thread}`);
    return person;
  };
  return {
    async begin() {
      const person = idle.pop();
      if (person === undefined) throw new Error('no person is left');
      busy.set(String(person.chat), person);
      return String(person.chat);
    },
    async send(thread, text) {
      const person = personOf(thread);
      person.say(person.chat, text);
      return true;
    },
    async press(thread, label) {
      const person = personOf(thread);
      const message = await eventually(`a button [${label}]`, () =>
        telegram.messages(person.chat).find(({ buttons }) => buttons.flat().includes(label)),
      );
      const press = person.press(person.chat, message.id, label);
      await eventually('the press is confirmed', () => press.answer);
    },
    messages: async (thread) => shownOf(telegram.messages(personOf(thread).chat)),
  };
}

/**
 * Born empty: one that a kill left without its content may stay (design: invariant 5). A second one is about to get
 * its content; while it stands, the chat is not at rest.
 */
function shownOf(messages: readonly Shown[]): readonly ShownMessage[] {
  const [left] = messages.filter(isPlaceholder);
  return messages
    .filter((message) => message !== left)
    .map((message) =>
      isPlaceholder(message) ? { ...shownMessage(message), live: true } : shownMessage(message),
    );
}

function isPlaceholder({ text, from }: Shown): boolean {
  return from === 'Dragoman' && (text === '…' || text === '⚠ Waits for an answer');
}

function shownMessage({ id, from, text, buttons }: Shown): ShownMessage {
  const lines = text.split('\n');
  const small = lines.findIndex((line) => /^_?scripted · build/.test(line));
  const [words, footnote] = small < 0 ? [lines, []] : [lines.slice(0, small), lines.slice(small)];
  const labels = buttons.flat();
  return {
    id: String(id),
    from: from === 'Dragoman' ? 'agent' : 'person',
    kind: kindOf(text),
    text: words.join('\n').trim(),
    footnote: footnote.join('\n'),
    live: labels.includes('Stop') || text.startsWith('▸'),
    buttons: labels.map((label) => ({ label, token: '' })),
  };
}

function kindOf(text: string): string {
  if (/Wants to run a command/.test(text)) return 'request';
  if (/^(Working|Worked|Waiting|▸)/.test(text)) return 'activity';
  return /^Queued/.test(text) ? 'notice' : 'text';
}
