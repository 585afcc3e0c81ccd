/** What becomes of one update: read, told through its album, and a press confirmed; what cannot be read is set aside. */
import type { Api } from 'grammy';
import type { Update } from 'grammy/types';
import type { Host } from '../../src/core/channel.ts';
import type { Clock } from '../../src/lib/clock.ts';
import type { Albums } from './albums.ts';
import { channelError } from './failures.ts';
import type { Self } from './identity.ts';
import { type MemberStanding, type Query, type Reading, read } from './inbound.ts';
import { moved } from './outbound.ts';
import type { PlaceNames } from './place-names.ts';

export interface DispatchDeps {
  readonly api: Api;
  readonly clock: Clock;
  readonly host: Host;
  readonly self: Self;
  /** What is read goes through it. */
  readonly albums: Albums;
  readonly places: PlaceNames;
}

/** Resolves when what an update tells is stored. */
export async function dispatch(deps: DispatchDeps, update: Update): Promise<void> {
  const { host, albums } = deps;
  const reading = readingOf(deps, update);
  if (update.message !== undefined && reading.type !== 'moved')
    await deps.places.learn(update.message, deps.self.adapter);
  if (reading.type === 'moved') return moved(host, reading.from, reading.to);
  if (reading.type === 'standing') {
    tellStanding(host, reading.chat, reading.standing);
    return;
  }
  if (reading.type === 'event') await albums.hear(reading.event, reading.album);
  if (reading.query !== undefined) void confirmPress(deps, reading.query);
}

/** What cannot be read now can never be: it is set aside, and the log says what kind it was. */
function readingOf({ host, clock, self }: DispatchDeps, update: Update): Reading {
  try {
    return read(withoutNulls(update), self, clock.now());
  } catch (error) {
    const { update_id: id, ...content } = update;
    const [kind] = Object.keys(content);
    host.log.warn({ update: id, kind, error }, 'an update could not be read and was set aside');
    return { type: 'nothing' };
  }
}

/** Telegram leaves out what is not there; a server of one's own may say null instead. */
function withoutNulls<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.filter((one) => one !== null).map(withoutNulls) as T;
  const kept = Object.entries(value).filter(([, one]) => one !== null);
  return Object.fromEntries(kept.map(([key, one]) => [key, withoutNulls(one)])) as T;
}

function tellStanding({ log }: Host, chat: string, standing: MemberStanding): void {
  if (standing === 'added') log.info({ chat }, 'the bot was added to a group');
  if (standing === 'unblocked') log.info({ chat }, 'a person let the bot write again');
  if (standing === 'removed')
    log.warn({ chat }, 'the bot was removed from a group: what it had to say there is given up');
  if (standing === 'blocked')
    log.warn({ chat }, 'a person blocked the bot: what it had to say there is given up');
}

/** The button stops waiting. The press is stored already, so nothing is lost where this comes too late. */
async function confirmPress({ api, host }: DispatchDeps, { id, sentence }: Query): Promise<void> {
  try {
    await api.answerCallbackQuery(id, sentence === undefined ? {} : { text: sentence, show_alert: true });
  } catch (error) {
    const { message } = channelError('answerCallbackQuery', error);
    host.log.debug({ answer: message }, 'a press was confirmed too late');
  }
}
