/** The list of commands behind the menu button. */
import type { Api } from 'grammy';
import type { BotCommand } from 'grammy/types';
import type { CommandDescription, HostLog } from '../../src/core/channel.ts';
import { headOf } from '../../src/core/clip.ts';
import { ChannelError } from '../../src/core/errors.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { backoff } from '../../src/lib/retry.ts';
import { clientSignal } from './client.ts';
import { channelError } from './failures.ts';

export interface MenuDeps {
  readonly api: Api;
  readonly clock: Clock;
  /** 0 to 1, for the jitter. */
  random(): number;
  readonly log: Pick<HostLog, 'warn'>;
}

/** As Telegram takes them: names of lower-case letters, digits and underscores, at most 100. */
function menuOf(commands: readonly CommandDescription[]): readonly BotCommand[] {
  return commands
    .filter(({ name }) => /^[a-z0-9_]{1,32}$/.test(name))
    .slice(0, 100)
    .map(({ name, description, argument }) => ({
      command: name,
      description: headOf(argument === undefined ? description : `${description} ${argument}`, 256),
    }));
}

/** The list behind the menu button says what the gateway understands; it is written only where it differs. */
export async function writeMenu(
  deps: MenuDeps,
  commands: readonly CommandDescription[],
  signal: AbortSignal,
): Promise<void> {
  const { clock, random } = deps;
  const wanted = menuOf(commands);
  for (let failures = 1; !signal.aborted; failures += 1) {
    const wait = await tryOnce(deps, wanted, backoff(failures + 2, random()), signal);
    if (wait === undefined) return;
    await clock.sleep(wait, signal);
  }
}

/** Milliseconds to wait for another try; undefined: it is done, or will never be. */
async function tryOnce(
  { api, log }: MenuDeps,
  wanted: readonly BotCommand[],
  pause: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    const shown = await api.getMyCommands({}, clientSignal(signal));
    if (same(shown, wanted)) return undefined;
    if (wanted.length === 0) await api.deleteMyCommands({}, clientSignal(signal));
    else await api.setMyCommands(wanted, {}, clientSignal(signal));
    return undefined;
  } catch (error) {
    const { failure, message } = error instanceof ChannelError ? error : channelError('setMyCommands', error);
    if (failure.reason === 'rate-limited') return failure.retryAfterMs;
    if (failure.reason === 'unavailable') return pause;
    log.warn(
      { answer: message },
      'Telegram refused the list of commands: people can write them all the same',
    );
    return undefined;
  }
}

function same(shown: readonly BotCommand[], wanted: readonly BotCommand[]): boolean {
  return (
    shown.length === wanted.length &&
    shown.every(
      ({ command, description }, at) =>
        command === wanted[at]?.command && description === wanted[at].description,
    )
  );
}
