/** A whole gateway on Telegram's stand-in, and what people do and see there. */
import type { Person } from '../fake/telegram/people.ts';
import { type FakeTelegram, startTelegram } from '../fake/telegram.ts';
import { eventually, type Gateway, startGateway } from '../harness.ts';
import { sharedDatabase } from '../shared.ts';

/** A chat or a topic. */
export interface Place {
  readonly chat: number;
  readonly topic?: number;
}

export interface TelegramWorld<Name extends string> {
  readonly telegram: FakeTelegram;
  readonly gateway: Gateway;
  /** All of them are admins. */
  readonly people: Readonly<Record<Name, Person>>;
  /** What a person sees there; what differs from run to run (times, durations, sizes) is `#`. */
  screen(place: Place): string;
  /** Waits until this many turns have ended there, and nothing can be stopped or decided any more. */
  settled(place: Place, turns?: number): Promise<string>;
  /** The message that shows a button. */
  carrying(place: Place, label: string): Promise<number>;
  press(who: Person, place: Place, label: string): Promise<void>;
  /** The newest question that an app answers with a reply. */
  asked(place: Place, label: string): Promise<number>;
  end(): Promise<void>;
}

/** `rates`: calls are limited as by the real one. */
export async function startTelegramWorld<Name extends string>(
  names: readonly Name[],
  { rates = false }: { readonly rates?: boolean } = {},
): Promise<TelegramWorld<Name>> {
  const telegram = await startTelegram();
  telegram.rates.on = rates;
  const made = names.map((name) => [name, telegram.person(name)] as const);
  const people = Object.fromEntries(made) as TelegramWorld<Name>['people'];
  const gateway = await startGateway({
    databaseUrl: await sharedDatabase(),
    env: {
      TELEGRAM_BOT_TOKEN: telegram.token,
      TELEGRAM_API_URL: telegram.url,
      DRAGOMAN_ADMINS: made.map(([, { user }]) => `telegram:${user.id}`).join(','),
    },
  });
  const screen = ({ chat, topic }: Place) => steady(telegram.screen(chat, topic));
  return {
    telegram,
    gateway,
    people,
    screen,
    settled: (place, turns = 1) => settled(place, turns, () => screen(place), gateway),
    ...buttonsOf(telegram),
    async end() {
      await gateway.end();
      await telegram.stop();
    },
  };
}

type Buttons = Pick<TelegramWorld<string>, 'carrying' | 'press' | 'asked'>;

function buttonsOf(telegram: FakeTelegram): Buttons {
  const carrying: Buttons['carrying'] = ({ chat, topic }, label) =>
    eventually(`a button [${label}]`, () => {
      const messages = telegram.messages(chat, topic);
      return messages.findLast(({ buttons }) => buttons.flat().includes(label))?.id;
    });
  return {
    carrying,
    async press(who, place, label) {
      const pressed = who.press(place.chat, await carrying(place, label), label);
      await eventually(`the press on [${label}] is confirmed`, () => pressed.answer);
    },
    asked: ({ chat, topic }, label) =>
      eventually(`the question ${label}`, () => {
        const messages = telegram.messages(chat, topic);
        return messages.findLast(({ plain }) => plain.includes('Reply with') && plain.includes(label))?.id;
      }),
  };
}

function steady(screen: string): string {
  return (
    screen
      .replace(/\b\d{2}:\d{2}\b/g, '#:#')
      .replace(/\b\d+ min( \d+ s)?|\b[\d.]+ s\b/g, '# s')
      // How long a tool took is said where it was long: that differs from machine to machine.
      .replace(/([✓✗] .*?)(?: · # s)+$/gm, '$1')
      .replace(/\b[\d.]+k? tokens/g, '# tokens')
      // A long turn calls its author by a message of its own.
      .replace(
        /\nDragoman: ((?:\d+ files? changed[^\n]*\n)?\s*scripted · build[^\n]*?)\s+<\w+>(?=\n|$)/g,
        '\n\n  _$1_',
      )
      .replace(/[ \t]+$/gm, '')
  );
}

async function settled(place: Place, turns: number, screen: () => string, gateway: Gateway): Promise<string> {
  return eventually(`${turns} answers in ${JSON.stringify(place)}`, () => {
    const seen = screen();
    const ended = seen.match(/scripted · build/g)?.length ?? 0;
    return ended === turns && !/\[Stop\]|▸|⚠/.test(seen) ? seen : undefined;
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${screen()}\n${gateway.output()}`);
  });
}
