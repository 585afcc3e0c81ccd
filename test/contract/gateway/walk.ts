/**
 * A random walk: people, the agent, the platform, the server and the process do what they like, in any order.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type ServerSessionId, serverRequestId } from '../../../src/core/ids.ts';
import type { Random } from '../../fault/random.ts';
import type { Kernel, World } from './world.ts';

export const threads = ['t1', 't2', 't3'] as const;
/** Buttons that nobody should find once all has come to rest. */
export const pressable = new Set(['Stop', 'Send now', 'Allow once', 'Reject']);

interface Said {
  readonly message: string;
  readonly thread: string;
  readonly tag: string;
  deleted: boolean;
}

export interface Walk {
  readonly one: World;
  readonly random: Random;
  readonly said: Said[];
  /** What was done, in order. */
  readonly log: string[];
  readonly numbers: { mark: number; request: number; doubtful: number };
  kernel: Kernel | undefined;
  connected: boolean;
}

type Deed = (walk: Walk) => unknown;

/** Each with how often it happens, in parts of the sum. */
const deeds: readonly (readonly [weight: number, name: string, deed: Deed])[] = [
  [50, 'write', write],
  [12, 'say', say],
  [7, 'press', press],
  [5, 'ask', ask],
  [5, 'end', end],
  [3, 'change', change],
  [3, 'withdraw', withdraw],
  [5, 'ill', fall],
  [2, 'drop', drop],
  [2, 'away', leave],
  [1, 'die', die],
  [6, 'back', back],
  [1, 'halt', halt],
  [2, 'kill', kill],
];

interface Ended {
  readonly walk: Walk;
  /** What did not come to rest. */
  readonly stuck: readonly string[];
}

/** Takes so many steps, and lets everything come to rest. */
export async function walk(one: World, random: Random, steps: number): Promise<Ended> {
  const numbers = { mark: 0, request: 0, doubtful: 0 };
  const state: Walk = { one, random, said: [], log: [], numbers, kernel: one.start(), connected: true };
  await say(state);
  for (let step = 0; step < steps; step += 1) {
    await next(state);
    answerReplies(state);
    state.kernel ??= one.start();
    await sleep(random.below(4) < 1 ? random.below(40) : 0);
  }
  const stuck = await settle(state);
  return { walk: state, stuck };
}

async function next(walk: Walk): Promise<void> {
  let at = walk.random.below(deeds.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, name, deed] of deeds) {
    at -= weight;
    if (at >= 0) continue;
    walk.log.push(name);
    await deed(walk);
    return;
  }
}

function pick<T>({ random }: Walk, all: readonly T[]): T | undefined {
  return all[Math.floor(random.below(all.length))];
}

async function say(walk: Walk): Promise<void> {
  const thread = pick(walk, threads) ?? 't1';
  const tag = `say-${walk.said.length + 1}.`;
  const message = await walk.one.say(tag, { thread });
  walk.said.push({ message, thread, tag, deleted: false });
}

async function change(walk: Walk): Promise<void> {
  const said = pick(walk, walk.said);
  if (said === undefined) return;
  const { message, thread, tag } = said;
  await walk.one.receive({ type: 'message-edited', message, thread, text: `${tag} changed` });
}

async function withdraw(walk: Walk): Promise<void> {
  const said = pick(walk, walk.said);
  if (said === undefined) return;
  said.deleted = true;
  await walk.one.receive({ type: 'message-deleted', message: said.message, thread: said.thread });
}

async function press(walk: Walk): Promise<void> {
  const thread = pick(walk, threads) ?? 't1';
  const shown = walk.one.platform
    .messages(thread)
    .flatMap(({ id, content }) => content.buttons.map((button) => ({ id, button })))
    .filter(({ button }) => pressable.has(button.label));
  const found = pick(walk, shown);
  if (found === undefined) return;
  const { id, button } = found;
  walk.log.push(`${thread} ${button.label}`);
  await walk.one.receive({ type: 'button', message: id, token: button.token, thread });
}

/** Sessions whose run can go on by itself. */
function working({ one, connected }: Walk): readonly ServerSessionId[] {
  return connected ? one.agent.busy().filter((session) => one.agent.open(session).length === 0) : [];
}

function write(walk: Walk): void {
  const session = pick(walk, working(walk));
  if (session === undefined) return;
  walk.numbers.mark += 1;
  const filler = 'word '.repeat(Math.floor(walk.random.below(walk.random.below(8) < 1 ? 120 : 8)));
  walk.one.agent.token(`«${walk.numbers.mark}» ${filler}\n\n`, session);
}

function ask(walk: Walk): void {
  const session = pick(walk, working(walk));
  if (session === undefined) return;
  walk.numbers.request += 1;
  const id = serverRequestId(`per_${session}_${walk.numbers.request}`);
  const subject = `ls ${walk.numbers.request}`;
  const request = { kind: 'permission', id, session, from: session, permission: 'bash' } as const;
  walk.one.agent.ask({ ...request, patterns: ['ls'], subject });
}

/** A tool that was allowed has run; one that was refused ends the run. */
function answerReplies(walk: Walk): void {
  const { agent } = walk.one;
  for (const session of working(walk)) {
    const line = agent.replies.findLast((reply) => reply.startsWith(`per_${session}_`));
    if (line === undefined || walk.log.includes(`heard ${line}`)) continue;
    walk.log.push(`heard ${line}`);
    if (line.endsWith(' once')) agent.step(session);
    else agent.end({ finish: 'tool-calls' }, session);
  }
}

function end(walk: Walk): void {
  const session = pick(walk, working(walk));
  if (session === undefined) return;
  const failure = { kind: 'provider', message: 'The provider failed' } as const;
  walk.one.agent.end(walk.random.below(6) < 1 ? { failure } : {}, session);
}

function fall(walk: Walk): void {
  const call = pick(walk, ['post', 'edit', 'remove', 'find'] as const) ?? 'post';
  const how = walk.random.below(3);
  walk.log.push(call);
  if (how < 1) {
    walk.numbers.doubtful += 1;
    walk.one.platform.faults.push({ call, cut: true });
  } else if (how < 2) walk.one.platform.faults.push({ call, failure: { reason: 'unavailable' } });
  else walk.one.platform.faults.push({ call, failure: { reason: 'rate-limited', retryAfterMs: 40 } });
}

function drop({ one }: Walk): void {
  one.agent.dropPrompts.next = 1;
}

function leave(walk: Walk): void {
  if (!walk.connected) return;
  walk.connected = false;
  walk.one.agent.away(Date.now());
}

function die(walk: Walk): void {
  if (!walk.connected) return;
  walk.connected = false;
  walk.one.agent.die();
}

function back(walk: Walk): void {
  if (walk.connected) return;
  walk.connected = true;
  walk.one.agent.back();
}

async function halt(walk: Walk): Promise<void> {
  await walk.kernel?.stop();
  walk.kernel = undefined;
}

function kill(walk: Walk): void {
  walk.numbers.doubtful += 1;
  walk.kernel?.kill();
  walk.kernel = undefined;
}

const patienceMs = 30_000;

/** All is well again, people allow what is asked, and the agent comes to its end. */
async function settle(walk: Walk): Promise<readonly string[]> {
  const { one } = walk;
  one.platform.faults.splice(0);
  one.agent.dropPrompts.next = 0;
  back(walk);
  const deadline = Date.now() + patienceMs;
  for (let round = 0; ; round += 1) {
    answerReplies(walk);
    for (const session of working(walk)) if (round % 4 === 3) one.agent.end({}, session);
    const left = await unfinished(walk);
    if (left.length === 0) return [];
    if (Date.now() > deadline) return [`not at rest: ${left.join(', ')}`];
    await allow(walk);
    await sleep(30);
  }
}

async function unfinished({ one }: Walk): Promise<readonly string[]> {
  const { server } = one.agent;
  const events = await one.store.inbox.pending(server, 10);
  const prompts = await one.store.prompts.unfinished(server);
  const unsaid = await one.store.ledger.unsaid(server);
  return [
    ...events.map(({ id, event }) => `event ${id} (${event.type})`),
    ...prompts.map(({ id, state, delivered }) => `prompt ${id} (${state}${delivered ? '' : ', not shown'})`),
    ...unsaid.map(({ slot }) => `notice ${slot}`),
    ...one.agent.busy().map((session) => `${session} is busy`),
  ];
}

async function allow({ one }: Walk): Promise<void> {
  for (const thread of threads)
    for (const { id, content } of one.platform.messages(thread))
      for (const { label, token } of content.buttons)
        if (label === 'Allow once') await one.receive({ type: 'button', message: id, token, thread });
}
