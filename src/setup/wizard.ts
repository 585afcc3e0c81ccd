/** The way through setup: platforms, admins, project, and what to do next. */
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { AdapterDefinition } from '../core/definition.ts';
import type { Found, Known, SetupGuide } from '../core/setup.ts';
import type { Dialogue } from './dialogue.ts';
import { readEnvFile, type Values, writeEnvFile } from './env-file.ts';
import { askProject } from './project.ts';
import { followGuide } from './steps.ts';

export interface WizardDeps {
  readonly dialogue: Dialogue;
  readonly adapters: readonly AdapterDefinition[];
  /** The process's environment on top of `.env`. */
  readonly environment: Known;
  /** Where `.env` lies and relative paths begin. */
  readonly directory: string;
  /** A gateway works on these data now. */
  readonly running: boolean;
}

/** What is left to do after `.env` is written. */
export interface SetUp {
  /** Says hello on the platform; undefined: nobody to say it to. */
  readonly greet: (() => Promise<string>) | undefined;
  readonly afterwards: string;
}

interface Platform {
  readonly id: string;
  readonly guide: SetupGuide;
}

/**
 * Asks for one platform and the project, and writes what was asked for into `.env`: at the end and all at once, so
 * that whoever leaves before that leaves nothing behind. Rejects with `LeftError` where they do.
 */
export async function runWizard(deps: WizardDeps): Promise<SetUp> {
  const { dialogue, environment, directory, running } = deps;
  const { id, guide } = await choosePlatform(deps);
  const progress = await followGuide({ dialogue, running }, guide, environment);
  const admins = await adminsOf(dialogue, { id, guide }, progress.known, progress.operator);
  const project = await askProject(dialogue, progress.known, directory);
  const values = { ...progress.pasted, ...admins, ...project };
  save(deps, values);
  const { operator, known } = progress;
  const { greet, afterwards } = guide;
  return {
    greet: greet === undefined || operator === undefined ? undefined : () => greet(known, operator),
    afterwards,
  };
}

async function choosePlatform({ dialogue, adapters, environment }: WizardDeps): Promise<Platform> {
  const platforms = await guided(adapters);
  const inUse = platforms.find(({ guide }) => variablesOf(guide).some((name) => environment[name]));
  const chosen = await dialogue.choose(
    'Where do you want to talk to the agent?',
    platforms.map(({ id, guide: { name, hint, steps } }) => ({
      value: id,
      label: name,
      hint: steps.length === 0 ? hint : `${hint}; ${steps.length} things to do`,
    })),
    inUse?.id,
  );
  const platform = platforms.find(({ id }) => id === chosen);
  if (platform === undefined) throw new Error(`there is no platform ${chosen}`);
  return platform;
}

/** Those with something to do first. */
export async function guided(adapters: readonly AdapterDefinition[]): Promise<readonly Platform[]> {
  const all = await Promise.all(adapters.map(async ({ id, setup }) => ({ id, guide: await setup?.() })));
  return all
    .flatMap(({ id, guide }) => (guide === undefined ? [] : [{ id, guide }]))
    .toSorted((a, b) => Number(a.guide.steps.length === 0) - Number(b.guide.steps.length === 0));
}

/** Variables that a guide asks for. */
export function variablesOf({ steps }: SetupGuide): readonly string[] {
  return steps.flatMap(({ paste }) => (paste === undefined ? [] : [paste.variable]));
}

/** Whoever is an admin already stays one. */
async function adminsOf(
  dialogue: Dialogue,
  { id, guide }: Platform,
  known: Known,
  operator: Found | undefined,
): Promise<Values> {
  const { DRAGOMAN_ADMINS: text = '' } = known;
  const before = text
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
  const found = operator?.id ?? (await askAdmin(dialogue, { id, guide }, before));
  if (found === undefined || before.includes(found)) return {};
  return { DRAGOMAN_ADMINS: [...before, found].join(',') };
}

async function askAdmin(
  dialogue: Dialogue,
  { id, guide }: Platform,
  before: readonly string[],
): Promise<string | undefined> {
  if (guide.steps.length === 0 || before.some((admin) => admin.startsWith(`${id}:`))) return undefined;
  const answer = await dialogue.ask({
    text: `Your own id on ${guide.name}, to be its admin (empty: later, by writing to the bot and "dragoman pair"):`,
    check: (typed) => (/^\S*$/.test(typed) ? undefined : 'An id has no spaces; it is not your name.'),
  });
  return answer === '' ? undefined : `${id}:${answer.replace(`${id}:`, '')}`;
}

function save({ dialogue, environment, directory }: WizardDeps, values: Values): void {
  const names = Object.keys(values);
  if (names.length === 0) {
    dialogue.good('Nothing had to be changed in .env.');
    return;
  }
  const file = join(directory, '.env');
  const inFile = parseEnv(readEnvFile(file));
  writeEnvFile(file, values);
  dialogue.good(`Written to ${file}, which only you can read: ${names.join(', ')}.`);
  // What the shell sets goes before the file.
  const hidden = names.filter((name) => environment[name] && environment[name] !== inFile[name]);
  if (hidden.length > 0)
    dialogue.warn(
      `The environment of this shell sets ${hidden.join(', ')} too, and goes before .env. Run: unset ${hidden.join(' ')}`,
    );
}
