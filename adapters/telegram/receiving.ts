import type { Api } from 'grammy';
import type { Update } from 'grammy/types';
import type { Host } from '../../src/core/channel.ts';
import type { Clock } from '../../src/lib/clock.ts';
import type { Albums } from './albums.ts';
import { channelError } from './failures.ts';
import { type Query, read, type Standing } from './inbound.ts';
import { writeMenu } from './menu.ts';
import { moved } from './outbound.ts';
import { poll } from './polling.ts';
import { hook } from './webhook.ts';
import { addRoute, pathOf } from './webhook-route.ts';
import type { Self } from './wording.ts';

export interface ReceivingDeps {
  readonly api: Api;
  readonly clock: Clock;
  /** 0 to 1, for the jitter. */
  random(): number;
  readonly host: Host;
  readonly self: Self;
  /** What is read goes through it. */
  readonly albums: Albums;
  /** Unset: updates are polled. */
  readonly webhook: { readonly url: string; readonly secret: { reveal(): string } } | undefined;
}

/** Takes updates until aborted; `told`: what is said beside each proof of life. */
export async function receiving(
  deps: ReceivingDeps,
  told: (proof: string) => string,
  signal: AbortSignal,
): Promise<void> {
  const { api, clock, random, host, albums, self, webhook } = deps;
  const { log } = host;
  const first = { resumed: false };
  const alive = (proof: string) => {
    host.alive(told(proof));
    if (first.resumed) return;
    first.resumed = true;
    albums.resume();
  };
  const base = { api, clock, random, alive, ailing: host.ailing.bind(host), log };
  const take = (update: Update) => store(deps, update);
  const menu = writeMenu(base, host.commands, signal);
  if (webhook === undefined) {
    await Promise.all([poll({ ...base, store: take }, signal), menu]);
    return;
  }
  const secret = webhook.secret.reveal();
  addRoute(host.routes, self.adapter, { secret, store: take, alive, log, signal });
  const url = `${webhook.url}${pathOf(self.adapter)}`;
  await Promise.all([hook({ ...base, url, secret }, signal), menu]);
}

async function store(deps: ReceivingDeps, update: Update): Promise<void> {
  const { host, clock, self, albums } = deps;
  const reading = read(update, self, clock.now());
  if (reading.type === 'moved') return moved(host, reading.from, reading.to);
  if (reading.type === 'standing') {
    tellStanding(host, reading.chat, reading.standing);
    return;
  }
  if (reading.type === 'event') await albums.hear(reading.event, reading.album);
  if (reading.query !== undefined) void confirmPress(deps, reading.query);
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
