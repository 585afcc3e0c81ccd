/** Several bots of one platform in one process: which variables belong to which. */
import { resolve } from 'node:path';
import type { AdapterDefinition } from '../core/definition.ts';
import { nearest } from '../lib/spelling.ts';
import type { Environment } from './environment.ts';
import type { Problems } from './problems.ts';

/** What the configuration file says of one further bot: `platform`, and that platform's settings by their keys. */
export type BotSettings = Readonly<Record<string, string>> & { readonly platform: string };

/** A bot of the file, told as its platform is told of the one in the environment. */
export interface Bot {
  /** `<platform>-<name>`: bots of two platforms may bear one name, and the id alone says where somebody is. */
  readonly id: string;
  readonly definition: AdapterDefinition;
  readonly environment: Environment;
  /** What is said of a variable is said of the key that stands for it. */
  readonly problems: Problems;
  /** The key that stands for a variable: `bots.support.botToken`. */
  keyOf(variable: string): string;
}

/** @param base where relative paths begin. */
export function botsOf(
  bots: Readonly<Record<string, BotSettings>>,
  adapters: readonly AdapterDefinition[],
  base: string,
  problems: Problems,
): readonly Bot[] {
  const several = adapters.filter((definition) => definition.several === true);
  return Object.entries(bots).flatMap(([name, { platform, ...settings }]) => {
    const definition = several.find(({ id }) => id === platform);
    if (definition !== undefined) return [botOf({ name, definition, settings, base }, problems)];
    const ids = several.map(({ id }) => id);
    problems.add(
      `bots.${name}.platform is "${platform}"`,
      `further bots are possible on ${ids.join(', ')}`,
      `"platform": "${nearest(platform, ids) ?? ids[0]}"`,
    );
    return [];
  });
}

interface Given {
  readonly name: string;
  readonly definition: AdapterDefinition;
  readonly settings: Readonly<Record<string, string>>;
  readonly base: string;
}

function botOf({ name, definition, settings, base }: Given, problems: Problems): Bot {
  const keys = keysOf(definition);
  const own = Object.entries(settings).flatMap(([key, value]) => {
    const plain = keys.get(key);
    if (plain !== undefined) return [[plain, value.trim()] as const];
    const file = keys.get(key.replace(/File$/, ''));
    if (file !== undefined) return [[`${file}_FILE`, resolve(base, value)] as const];
    refuseKey(`bots.${name}.${key}`, key, [...keys.keys()], problems);
    return [];
  });
  const prefix = `bots.${name}.`;
  return {
    id: `${definition.id}-${name}`,
    definition,
    environment: Object.fromEntries(own),
    problems: problems.worded((sentence) => withKeys(sentence, keys, prefix)),
    keyOf: (variable) => withKeys(variable, keys, prefix),
  };
}

function refuseKey(what: string, key: string, known: readonly string[], problems: Problems): void {
  const meant = nearest(key, [...known, ...known.map((one) => `${one}File`)]);
  const hint =
    meant === undefined
      ? `known here: ${known.join(', ')}, each also as the path of a file that holds it (${known[0]}File)`
      : `did you mean "${meant}"`;
  problems.add(what, `there is no such key; ${hint}`, `"${meant ?? known[0]}": "…"`);
}

/** The platform's variables by the keys that stand for them: `PLATFORM_BOT_TOKEN` is `botToken`. */
function keysOf({ id, variables }: AdapterDefinition): ReadonlyMap<string, string> {
  const prefix = `${id.toUpperCase().replaceAll('-', '_')}_`;
  return new Map(
    variables.map((name) => [keyOf(name.startsWith(prefix) ? name.slice(prefix.length) : name), name]),
  );
}

function keyOf(name: string): string {
  return name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** `NAME=value` as it is written in the file, and each other `NAME` or `NAME_FILE` by its place there. */
function withKeys(sentence: string, keys: ReadonlyMap<string, string>, prefix: string): string {
  let text = sentence;
  for (const [key, variable] of keys) {
    const name = new RegExp(`\\b${variable}(_FILE)?\\b(?:=(\\S+))?`, 'g');
    text = text.replace(name, (_, file: string | undefined, value: string | undefined) => {
      const whole = `${key}${file === undefined ? '' : 'File'}`;
      return value === undefined ? `${prefix}${whole}` : `"${whole}": "${value}"`;
    });
  }
  return text;
}
