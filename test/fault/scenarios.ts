/** What is hit, when, and what must be seen afterwards. Shared by the long runs and by the tests. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ShownMessage } from '../contract/page-client.ts';
import { eventually } from '../harness.ts';
import { amount, type Watched, watch } from './watch.ts';
import { agentScreen, firstText, isEnded, type Reference, type World, words } from './world.ts';

/** What became of one thread. */
export interface Outcome {
  readonly case: string;
  /** Empty where everything was right. */
  readonly problems: readonly string[];
  readonly movedMs: number;
  readonly settledMs: number;
  readonly steppedBack: number;
}

/** A thread that is in the middle of something. */
interface Victim {
  /** Looks at what is shown just before the blow. */
  aim(): Promise<void>;
  /** Sees it to its end. `since`: when the restart was begun. */
  outlive(since: number): Promise<Outcome>;
}

type Blow = 'gateway' | 'opencode';

/** kill -9 of the gateway: an answer, an open card, a queue and a message just sent, all at once. */
export async function killGateway(world: World): Promise<readonly Outcome[]> {
  const victims = [await openCard(world, 'gateway'), await queue(world), await answer(world, 'gateway')];
  await randomMoment(world, world.stream);
  const sent = world.random.below(2) < 1 ? await justSent(world) : undefined;
  await Promise.all(victims.map((victim) => victim.aim()));
  await world.gateway.kill();
  const since = performance.now();
  await world.gateway.start();
  const all = sent === undefined ? victims : [...victims, sent];
  return Promise.all(all.map((victim) => victim.outlive(since)));
}

/** kill -9 of OpenCode: an answer and an open card. */
export async function killOpenCode(world: World): Promise<readonly Outcome[]> {
  const victims = [await openCard(world, 'opencode'), await answer(world, 'opencode')];
  await randomMoment(world, world.stream);
  await Promise.all(victims.map((victim) => victim.aim()));
  const since = performance.now();
  await world.gateway.killOpenCode();
  return Promise.all(victims.map((victim) => victim.outlive(since)));
}

/** A little past the end too: then the run is over and not everything is shown. */
async function randomMoment({ random }: World, { ms }: Reference): Promise<void> {
  await delay(random.below(ms * 1.05));
}

async function answer(world: World, blow: Blow): Promise<Victim> {
  const { place } = world;
  const word = world.random.below(2) < 1 ? 'stream' : 'long';
  const text = `${word}: ${world.unique()}`;
  const thread = await place.begin();
  await place.send(thread, text);
  await firstText(place, thread);
  const before = { messages: [] as readonly ShownMessage[] };
  return {
    async aim() {
      before.messages = await place.messages(thread);
    },
    async outlive(since) {
      const shown = amount(before.messages);
      const resumed = (messages: readonly ShownMessage[]) => restarted.test(words(messages));
      const watched = await (blow === 'gateway'
        ? watch(place, thread, shown, since, isEnded)
        : watch(place, thread, shown, since, isEnded, resumed));
      const problems =
        blow === 'gateway' ? undisturbed(watched, world[word]) : resumedOrHonest(watched, world[word]);
      return outcome(`${blow} killed in mid-answer`, watched, [
        ...problems,
        ...sameMessages(before.messages, watched.messages),
        ...runsBetween(world, text, 1, blow === 'gateway' ? 1 : 3),
      ]);
    },
  };
}

async function openCard(world: World, blow: Blow): Promise<Victim> {
  const { place } = world;
  const text = `shell: ${world.unique()}`;
  const thread = await place.begin();
  await place.send(thread, text);
  await eventually('the card', async () =>
    (await place.messages(thread)).some(({ buttons }) => hasAllow(buttons)) ? true : undefined,
  );
  const before = { messages: [] as readonly ShownMessage[] };
  return {
    async aim() {
      before.messages = await place.messages(thread);
    },
    async outlive(since) {
      if (blow === 'opencode') await lostCard(world, thread);
      await place.press(thread, 'Allow once');
      const watched = await watch(place, thread, amount(before.messages), since, isEnded);
      const problems =
        blow === 'gateway' ? undisturbed(watched, world.shell) : askedAnew(watched, world.shell);
      return outcome(`${blow} killed with an open card`, watched, [
        ...problems,
        ...sameMessages(before.messages, watched.messages),
        ...runsBetween(world, text, 1, blow === 'gateway' ? 1 : 3),
      ]);
    },
  };
}

async function lostCard({ place }: World, thread: string): Promise<void> {
  await eventually('the card says that it was lost', async () =>
    (await place.messages(thread)).some(isLost) ? true : undefined,
  );
}

function isLost({ kind, text, buttons }: ShownMessage): boolean {
  return kind === 'request' && /no longer knows this request/.test(text) && !hasAllow(buttons);
}

function hasAllow(buttons: ShownMessage['buttons']): boolean {
  return buttons?.some(({ label }) => label === 'Allow once') ?? false;
}

/** A running answer with two messages behind it. */
async function queue(world: World): Promise<Victim> {
  const { place } = world;
  const name = world.unique();
  const texts = [`stream: ${name}`, `echo first behind ${name}`, `echo second behind ${name}`];
  const thread = await place.begin();
  await place.send(thread, texts[0] ?? '');
  await firstText(place, thread);
  for (const text of texts.slice(1)) {
    await place.send(thread, text);
    // Pieces that come in quick succession are one prompt, and some platforms tell the time in whole seconds.
    await delay(1_150);
  }
  const before = { messages: [] as readonly ShownMessage[] };
  return {
    async aim() {
      before.messages = await place.messages(thread);
    },
    async outlive(since) {
      const said = (messages: readonly ShownMessage[]) =>
        isEnded(messages) && words(messages).includes(`second behind ${name}`);
      const watched = await watch(place, thread, amount(before.messages), since, said);
      const expected = `${world.stream.text}\nfirst behind ${name}\nsecond behind ${name}`;
      return outcome('gateway killed with a queue', watched, [
        ...different('what was said', words(watched.messages), expected),
        ...watched.messages
          .filter(({ text, deleted }) => deleted !== true && text.includes('Queued'))
          .map(({ text }) => `still shown: ${text}`),
        ...texts.flatMap((text) => runsBetween(world, text, 1, 1)),
      ]);
    },
  };
}

/** Sent at the moment of the blow: sent again as the page does where it was not acknowledged. */
async function justSent(world: World): Promise<Victim> {
  const { place } = world;
  const name = world.unique();
  const text = `echo just sent ${name}`;
  const thread = await place.begin();
  const id = randomUUID();
  const sending = place.send(thread, text, id);
  await delay(world.random.below(400));
  return {
    async aim() {},
    async outlive(since) {
      if (!(await sending)) await place.send(thread, text, id);
      const watched = await watch(place, thread, 0, since, isEnded);
      return outcome('gateway killed just after a message', watched, [
        ...different('what was said', words(watched.messages), `just sent ${name}`),
        ...runsBetween(world, text, 1, 1),
      ]);
    },
  };
}

function outcome(name: string, watched: Watched, problems: readonly string[]): Outcome {
  const { movedMs, settledMs, steppedBack, shrank } = watched;
  return {
    case: name,
    movedMs,
    settledMs,
    steppedBack,
    problems: [
      ...problems,
      ...(name.startsWith('gateway') && shrank > 0 ? [`the text shrank by ${shrank} characters`] : []),
    ],
  };
}

function undisturbed({ messages }: Watched, reference: Reference): readonly string[] {
  return different('the thread', agentScreen(messages), reference.screen);
}

function different(what: string, seen: string, expected: string): readonly string[] {
  return seen === expected
    ? []
    : [`${what} is not as expected\n--- seen\n${seen}\n--- expected\n${expected}`];
}

const restarted =
  /«?The agent server restarted at \d\d:\d\d while this was running; going on with the same message\.»?\s*/;

/** Answered as if nothing had been, under the line that says what was; or a notice that says what was lost. */
function resumedOrHonest({ messages }: Watched, reference: Reference): readonly string[] {
  const said = words(messages);
  if (/could not be resumed/.test(agentScreen(messages))) return [];
  return different('what was said', said.replace(restarted, ''), reference.text);
}

/** The lost card stays and says so, a new one is asked. */
function askedAnew({ messages }: Watched, reference: Reference): readonly string[] {
  const cards = messages.filter(({ kind }) => kind === 'request');
  const lost = cards.filter(isLost).length;
  const allowed = cards.filter(({ text }) => /Allowed once by/.test(text)).length;
  return [
    ...(lost === 1 && allowed === 1 && cards.length === 2
      ? []
      : [`${cards.length} cards, ${lost} lost, ${allowed} allowed:\n${agentScreen(messages)}`]),
    ...different('what was said last', lastLines(words(messages)), lastLines(reference.text)),
  ];
}

/** Without the small print, which a long turn holds in a message of its own. */
function lastLines(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !/scripted · build/.test(line));
  return lines.slice(-2).join('\n');
}

/** Every message that was shown is still there, in its place, and nothing came between. */
function sameMessages(before: readonly ShownMessage[], after: readonly ShownMessage[]): readonly string[] {
  const ids = after.map(({ id }) => id);
  // The sign of work and the place in the queue go when they have nothing to say.
  const missing = before.filter(
    ({ id, kind }) => kind !== 'notice' && kind !== 'activity' && !ids.includes(id),
  );
  const kept = before.map(({ id }) => id).filter((id) => ids.includes(id));
  const order = ids.slice(0, kept.length).every((id, index) => id === kept[index]);
  return [
    ...missing.map(({ id, kind, text }) => `message ${id} (${kind}) is gone: ${text}`),
    ...(order ? [] : ['the messages changed their order']),
  ];
}

function runsBetween({ gateway }: World, text: string, least: number, most: number): readonly string[] {
  const runs = gateway.model.runs(text);
  return runs >= least && runs <= most ? [] : [`${runs} runs of "${text}"`];
}
