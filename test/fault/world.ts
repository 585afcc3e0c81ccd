import type { ShownMessage } from '../contract/page-client.ts';
import { button, eventually, type Gateway, screen, settled, startGateway } from '../harness.ts';
import type { Random } from './random.ts';

/** A gateway that is hit, and what its threads show where nothing hits it. */
export interface World {
  readonly gateway: Gateway;
  readonly random: Random;
  /** A word that no other thread of this world has. */
  unique(): string;
  readonly stream: Reference;
  readonly long: Reference;
  readonly shell: Reference;
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

export async function createWorld(databaseUrl: string | undefined, random: Random): Promise<World> {
  const gateway = await startGateway({ pace, ...(databaseUrl === undefined ? {} : { databaseUrl }) });
  const state = { count: 0 };
  const unique = () => {
    state.count += 1;
    return `number ${state.count}`;
  };
  return {
    gateway,
    random,
    unique,
    stream: await reference(gateway, 'stream'),
    long: await reference(gateway, 'long'),
    shell: await reference(gateway, 'shell'),
  };
}

async function reference(gateway: Gateway, word: string): Promise<Reference> {
  const page = gateway.page();
  const thread = await page.begin();
  await page.send(thread, `${word}: undisturbed`);
  await firstText(gateway, thread);
  const at = performance.now();
  if (word === 'shell') await allow(gateway, thread);
  const messages = await settled(page, thread);
  return { screen: agentScreen(messages), text: words(messages), ms: performance.now() - at };
}

export async function firstText(gateway: Gateway, thread: string): Promise<void> {
  await eventually('text is shown', async () =>
    (await gateway.page().messages(thread)).some(({ kind }) => kind === 'text') ? true : undefined,
  );
}

/** Presses the first open card's button. */
export async function allow(gateway: Gateway, thread: string): Promise<void> {
  const { message, token } = await button(gateway.page(), thread, 'Allow once');
  const { status } = await gateway.page().press(thread, message, token);
  if (status >= 300) throw new Error(`the press was answered with ${status}`);
}

export function agentScreen(messages: readonly ShownMessage[]): string {
  return screen(messages.filter(({ from }) => from === 'agent')).replace(/(✓ bash .*?) · # s$/gm, '$1');
}

/** All that the agent says, in order. */
export function words(messages: readonly ShownMessage[]): string {
  return messages
    .filter(({ kind, deleted }) => kind === 'text' && deleted !== true)
    .map(({ text }) => text)
    .join('\n');
}
