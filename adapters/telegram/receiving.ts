import type { Api } from 'grammy';
import type { Update } from 'grammy/types';
import type { Host, InboundEvent } from '../../src/core/channel.ts';
import type { Clock } from '../../src/lib/clock.ts';
import type { Dialogues } from './dialogues.ts';
import { channelError } from './failures.ts';
import { type Query, read, type Standing } from './inbound.ts';
import { introduce } from './introduction.ts';
import { writeMenu } from './menu.ts';
import { poll } from './polling.ts';
import type { Self } from './wording.ts';

export interface ReceivingDeps {
  readonly api: Api;
  readonly clock: Clock;
  /** 0 to 1, for the jitter. */
  random(): number;
  readonly host: Host;
  readonly dialogues: Dialogues;
  /** Told of each event that is stored. */
  heard(event: InboundEvent): void;
}

/** Takes updates until aborted. */
export async function receiving(deps: ReceivingDeps, signal: AbortSignal): Promise<void> {
  const { api, clock, random, host } = deps;
  const { log } = host;
  const base = { api, clock, random, alive: host.alive.bind(host), ailing: host.ailing.bind(host), log };
  const self = await introduce(base, signal);
  if (self === undefined) return;
  await Promise.all([
    poll({ ...base, store: (update) => store(deps, update, self) }, signal),
    writeMenu(base, host.commands, signal),
    deps.dialogues.run(),
  ]);
}

async function store(deps: ReceivingDeps, update: Update, self: Self): Promise<void> {
  const { host, clock } = deps;
  const reading = read(update, self, clock.now());
  if (reading.type === 'moved') return moved(host, reading.from, reading.to);
  if (reading.type === 'standing') {
    tellStanding(host, reading.chat, reading.standing);
    return;
  }
  if (reading.type === 'event') {
    await deps.dialogues.hear(reading.event);
    deps.heard(reading.event);
  }
  if (reading.query !== undefined) void confirmPress(deps, reading.query);
}

export async function moved(host: Host, from: string, to: string): Promise<void> {
  await host.channelMoved(from, to);
  host.log.info({ from, to }, 'a group became a supergroup: its threads moved with it');
}

function tellStanding({ log }: Host, chat: string, standing: Standing): void {
  if (standing === 'added') log.info({ chat }, 'the bot was added to a group');
  if (standing === 'unblocked') log.info({ chat }, 'a person let the bot write again');
  if (standing === 'removed')
    log.warn({ chat }, 'the bot was removed from a group: what it had to say there is given up');
  if (standing === 'blocked')
    log.warn({ chat }, 'a person blocked the bot: what it had to say there is given up');
}

/** The button stops waiting. The press is stored already, so nothing is lost where this comes too late. */
async function confirmPress({ api, host }: ReceivingDeps, { id, sentence }: Query): Promise<void> {
  try {
    await api.answerCallbackQuery(id, sentence === undefined ? {} : { text: sentence, show_alert: true });
  } catch (error) {
    const { message } = channelError('answerCallbackQuery', error);
    host.log.debug({ answer: message }, 'a press was confirmed too late');
  }
}
