import type { ShownMessage } from '../contract/page-client.ts';
import { eventually, type Gateway, screen, startGateway } from '../harness.ts';
import { type Place, type SettingName, settings } from './place.ts';
import type { Random } from './random.ts';

/** A gateway that is hit, and what its threads show where nothing hits it. */
export interface World {
  readonly gateway: Gateway;
  readonly place: Place;
  readonly random: Random;
  /** A word that no other thread of this world has. */
  unique(): string;
  readonly stream: Reference;
  readonly long: Reference;
  readonly shell: Reference;
  end(): Promise<void>;
}

/** An undisturbed run. */
export interface Reference {
  /** The thread from the first message of the agent on, with `#` for what differs from run to run. */
  readonly screen: string;
  /** The agent's words alone. */
  readonly text: string;
  /** From the first visible text to the end, milliseconds. */
  readonly ms: number;
}

/** Milliseconds between two chunks of the model: an answer takes some seconds. */
const pace = 5;

export async function createWorld(
  databaseUrl: string | undefined,
  random: Random,
  where: SettingName = 'page',
): Promise<World> {
  const setting = await settings[where]();
  const database = databaseUrl === undefined ? {} : { databaseUrl };
  const gateway = await startGateway({ pace, ...database, env: setting.env });
  const place = setting.place(gateway);
  const state = { count: 0 };
  const unique = () => {
    state.count += 1;
    return `number ${state.count}`;
  };
  return {
    gateway,
    place,
    random,
    unique,
    stream: await reference(place, 'stream'),
    long: await reference(place, 'long'),
    shell: await reference(place, 'shell'),
    async end() {
      await gateway.end();
      await setting.stop();
    },
  };
}

async function reference(place: Place, word: string): Promise<Reference> {
  const thread = await place.begin();
  await place.send(thread, `${word}: undisturbed`);
  await firstText(place, thread);
  const at = performance.now();
  if (word === 'shell') await place.press(thread, 'Allow once');
  const messages = await eventually('the undisturbed run ends', async () => {
    const seen = await place.messages(thread);
    return isEnded(seen) ? seen : undefined;
  });
  return { screen: agentScreen(messages), text: words(messages), ms: performance.now() - at };
}

export async function firstText(place: Place, thread: string): Promise<void> {
  await eventually('text is shown', async () =>
    (await place.messages(thread)).some(({ kind, from }) => kind === 'text' && from === 'agent')
      ? true
      : undefined,
  );
}

/** The last message is the agent's and has its small print, which an answer carries when it is final. */
export function isEnded(messages: readonly ShownMessage[]): boolean {
  const shown = messages.filter(({ deleted }) => deleted !== true);
  const rests = shown.every(({ live }) => live !== true);
  return rests && shown.at(-1)?.from === 'agent' && shown.some(isFinal);
}

function isFinal({ footnote, text }: ShownMessage): boolean {
  return /scripted · build/.test(footnote ?? '') || /could not be resumed/.test(text);
}

export function agentScreen(messages: readonly ShownMessage[]): string {
  return screen(messages.filter(({ from }) => from === 'agent')).replace(/(✓ bash .*?) · # s$/gm, '$1');
}

/** All that the agent says, in order. */
export function words(messages: readonly ShownMessage[]): string {
  return messages
    .filter(({ from, kind, deleted }) => from === 'agent' && kind === 'text' && deleted !== true)
    .map(({ text }) => text)
    .join('\n');
}
