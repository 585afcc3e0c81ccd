/** The configuration file: its shape, and each mistake in it by its place. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { readPersonFile } from '../lib/person-file.ts';
import { nearest } from '../lib/spelling.ts';
import { errorCodeOf, failureReason } from './failures.ts';
import type { Problems } from './problems.ts';
import { modelName } from './variables.ts';

const name = z.string().regex(/^[\w.-]{1,60}$/, 'a name is 1 to 60 letters, digits, ".", "_" or "-"');
const channel = z.string().regex(/^[a-z][a-z0-9-]*:.+$/, 'a channel is written <platform>:<channel>');

const botName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,30}$/, 'a bot’s name is up to 31 small letters, digits or "-", a letter first');

const shape = z.strictObject({
  projects: z
    .record(
      name,
      z.strictObject({
        directory: z.string().min(1),
        server: name.exactOptional(),
        model: modelName.exactOptional(),
        agent: z.string().min(1).exactOptional(),
        trustProjectConfig: z.boolean().exactOptional(),
      }),
    )
    .default({}),
  servers: z
    .record(
      name,
      z.strictObject({
        url: z.string().min(1).exactOptional(),
        username: z.string().min(1).exactOptional(),
        password: z.string().min(1).exactOptional(),
        files: z.enum(['here', 'elsewhere']).exactOptional(),
      }),
    )
    .default({}),
  bots: z
    .record(
      botName,
      z.object({ platform: z.string('it names the platform') }).catchall(z.string('it must be a text')),
    )
    .default({}),
  channels: z
    .record(channel, z.strictObject({ project: name, listen: z.enum(['all', 'mentions']).exactOptional() }))
    .default({}),
  pieceWindowMs: z.int().min(0).max(60_000).default(1500),
  requestTimeoutMinutes: z
    .number()
    .min(1)
    .max(7 * 24 * 60)
    .default(30),
  silenceSeconds: z.int().min(10).max(3_600).default(60),
  emptyMessages: z.int().min(2).max(100).default(8),
  verbosity: z.enum(['quiet', 'normal', 'verbose']).default('normal'),
});

export interface ConfigFile extends z.infer<typeof shape> {
  /** What belongs to adapters, by their ids, not looked into. */
  readonly adapters: Readonly<Record<string, unknown>>;
  /** What is written there and is not valid, by key and name, so that nobody is told that it is missing. */
  readonly broken: {
    has(key: 'projects' | 'servers', name?: string): boolean;
    names(key: 'projects' | 'servers'): readonly string[];
  };
}

const examples: Readonly<Record<string, string>> = {
  projects: '"projects": { "api": { "directory": "/srv/api", "model": "anthropic/claude-sonnet-4-5" } }',
  servers: '"servers": { "big": { "url": "https://agents.example.org", "password": "…" } }',
  bots: '"bots": { "support": { "platform": "…", "botTokenFile": "/run/secrets/support" } }',
  channels: '"channels": { "web:page": { "project": "api" } }',
  pieceWindowMs: '"pieceWindowMs": 1500',
  requestTimeoutMinutes: '"requestTimeoutMinutes": 30',
  silenceSeconds: '"silenceSeconds": 60',
  emptyMessages: '"emptyMessages": 8',
  verbosity: '"verbosity": "normal"',
};

/**
 * Reads the configuration file; a missing one is empty unless it was asked for by name. What is not valid is among
 * the problems and left out, so that the rest is looked at as well.
 *
 * @param adapters ids whose keys at the top belong to them.
 */
export function readConfigFile(
  place: { readonly path: string | undefined; readonly directory: string },
  adapters: readonly string[],
  problems: Problems,
): ConfigFile {
  const file = resolve(place.directory, place.path ?? 'dragoman.json');
  const content = readJson(file, place.path !== undefined, problems);
  const entries = Object.entries(content ?? {});
  const own = Object.fromEntries(entries.filter(([key]) => !adapters.includes(key)));
  const first = shape.safeParse(own);
  const broken = first.success ? [] : first.error.issues.map(({ path }) => path.map(String));
  if (!first.success) for (const issue of first.error.issues) explain(file, issue, adapters, problems);
  const parsed = first.success ? first.data : shape.parse(withoutBroken(own, broken));
  return {
    ...parsed,
    adapters: Object.fromEntries(entries.filter(([key]) => adapters.includes(key))),
    broken: {
      names: (key) => [
        ...new Set(broken.flatMap(([top, below]) => (top === key && below !== undefined ? [below] : []))),
      ],
      has: (key, name) =>
        content === undefined ||
        broken.some(
          ([top, below]) => top === key && (name === undefined || below === undefined || below === name),
        ),
    },
  };
}

/** Entries with names (`projects.api`) go one by one, all else by its key. */
function withoutBroken(
  own: Readonly<Record<string, unknown>>,
  broken: readonly (readonly string[])[],
): Readonly<Record<string, unknown>> {
  const isBroken = (key: string, name?: string) =>
    broken.some(([top, below]) => top === key && below === name);
  const known = Object.entries(own).filter(([key]) => Object.hasOwn(examples, key) && !isBroken(key));
  return Object.fromEntries(
    known.map(([key, value]) => {
      if (typeof value !== 'object' || value === null) return [key, value];
      const whole = Object.entries(value).filter(([name]) => !isBroken(key, name));
      return [key, Object.fromEntries(whole)];
    }),
  );
}

function readJson(
  file: string,
  wanted: boolean,
  problems: Problems,
): Readonly<Record<string, unknown>> | undefined {
  try {
    const content: unknown = JSON.parse(readPersonFile(file));
    const checked = z.record(z.string(), z.unknown()).safeParse(content);
    if (checked.success) return checked.data;
    problems.add(file, 'it must hold one object', '{ "projects": {} }');
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT' && !wanted) return {};
    if (error instanceof SyntaxError)
      problems.add(file, `it is not JSON (${error.message})`, '{ "projects": {} }');
    else
      problems.add(`DRAGOMAN_CONFIG names ${file}`, failureReason(error), 'DRAGOMAN_CONFIG=./dragoman.json');
  }
  return undefined;
}

function explain(
  file: string,
  issue: z.core.$ZodIssue,
  adapters: readonly string[],
  problems: Problems,
): void {
  const path = issue.path.map(String);
  const top = path[0] ?? '';
  if (issue.code !== 'unrecognized_keys') {
    problems.add(`${path.join('.')} in ${file}`, lower(reasonOfIssue(issue)), examples[top] ?? '{}');
    return;
  }
  for (const key of issue.keys) {
    const known = path.length === 0 ? [...Object.keys(examples), ...adapters] : (knownBelow[top] ?? []);
    const meant = nearest(key, known);
    const hint = meant === undefined ? `known here: ${known.join(', ')}` : `did you mean "${meant}"`;
    const example = examples[path.length === 0 ? (meant ?? 'projects') : top] ?? `"${meant}": {}`;
    problems.add(`${[...path, key].join('.')} in ${file}`, `there is no such key; ${hint}`, example);
  }
}

const knownBelow: Readonly<Record<string, readonly string[]>> = {
  projects: ['directory', 'server', 'model', 'agent', 'trustProjectConfig'],
  servers: ['url', 'username', 'password', 'files'],
  channels: ['project', 'listen'],
};

function reasonOfIssue(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
