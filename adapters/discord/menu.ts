/** The slash commands: the list that Discord shows, and what it offers while a person writes one. */
import { z } from 'zod';
import type { CommandDescription, Suggestion } from '../../src/core/channel.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { backoff } from '../../src/lib/retry.ts';
import type { RestCall } from './client.ts';
import { clippedLine } from './components.ts';
import { channelError } from './failures.ts';

const option = z.object({
  type: z.number(),
  name: z.string(),
  description: z.string(),
  required: z.boolean().default(false),
  autocomplete: z.boolean().default(false),
});

const command = z.object({
  name: z.string(),
  description: z.string(),
  options: z.array(option).default([]),
});

type Command = z.infer<typeof command>;

const text = 3;

/** As Discord takes them: lower-case names, one sentence each, and what follows as one text. Pure. */
function menuOf(commands: readonly CommandDescription[]): readonly Command[] {
  return commands
    .filter(({ name }) => /^[a-z0-9_-]{1,32}$/.test(name))
    .slice(0, 100)
    .map(({ name, description, argument, names }) => ({
      name,
      description: clippedLine(description, 100),
      options: argument === undefined ? [] : [optionOf(argument, names !== undefined)],
    }));
}

function optionOf(argument: string, autocomplete: boolean): z.infer<typeof option> {
  const name = argument.toLowerCase().match(/[a-z]+/)?.[0] ?? 'text';
  const required = !argument.startsWith('[');
  return { type: text, name, description: clippedLine(argument, 100), required, autocomplete };
}

const mostChoices = 25;
const longestChoice = 100;

/** What people can choose while they write. A value is taken whole or not at all. Pure. */
export function choicesOf(suggestions: readonly Suggestion[]): readonly object[] {
  return suggestions
    .filter(({ value, label }) => value !== '' && value.length <= longestChoice && label.trim() !== '')
    .slice(0, mostChoices)
    .map(({ value, label }) => ({ name: clippedLine(label, longestChoice), value }));
}

interface MenuDeps {
  readonly call: RestCall;
  readonly application: string;
  readonly clock: Clock;
  /** 0 to 1, for the jitter. */
  random(): number;
}

/** The list behind the slash says what the gateway understands; it is written only where it differs. */
export async function writeMenu(
  { call, application, clock, random }: MenuDeps,
  commands: readonly CommandDescription[],
  signal: AbortSignal,
): Promise<void> {
  const path: `/${string}` = `/applications/${application}/commands`;
  const wanted = menuOf(commands);
  for (let failures = 1; !signal.aborted; failures += 1) {
    try {
      const shown = z.array(command).parse(await call({ method: 'get', path }));
      if (!same(shown, wanted)) await call({ method: 'put', path, body: wanted });
      return;
    } catch (error) {
      const { failure } = channelError('write the list of commands', error);
      // People can write the commands all the same, so a list that is refused stops nothing.
      if (failure.reason !== 'rate-limited' && failure.reason !== 'unavailable') return;
      const pause = backoff(failures + 2, random());
      await clock.sleep(failure.reason === 'rate-limited' ? failure.retryAfterMs : pause, signal);
    }
  }
}

function same(shown: readonly Command[], wanted: readonly Command[]): boolean {
  const sorted = (all: readonly Command[]) => all.toSorted((a, b) => a.name.localeCompare(b.name));
  return JSON.stringify(sorted(shown)) === JSON.stringify(sorted(wanted));
}
