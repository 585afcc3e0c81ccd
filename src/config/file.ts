/** The configuration file: its shape, and each mistake in it by its place. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
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
  verbosity: z.enum(['quiet', 'normal', 'verbose']).default('normal'),
});

export interface ConfigFile extends z.infer<typeof shape> {
  /** What belongs to adapters, by their ids, not looked into. */
  readonly adapters: Readonly<Record<string, unknown>>;
}

const examples: Readonly<Record<string, string>> = {
  projects: '"projects": { "api": { "directory": "/srv/api", "model": "anthropic/claude-sonnet-4-5" } }',
  servers: '"servers": { "big": { "url": "https://agents.example.org", "password": "…" } }',
  bots: '"bots": { "support": { "platform": "…", "botTokenFile": "/run/secrets/support" } }',
  channels: '"channels": { "web:page": { "project": "api" } }',
  pieceWindowMs: '"pieceWindowMs": 1500',
  requestTimeoutMinutes: '"requestTimeoutMinutes": 30',
  verbosity: '"verbosity": "normal"',
};

/**
 * Reads the configuration file; a missing one is empty unless it was asked for by name.
 *
 * @param adapters ids whose keys at the top belong to them.
 * @returns undefined where it is not valid, and each mistake is among the problems.
 */
export function readConfigFile(
  place: { readonly path: string | undefined; readonly directory: string },
  adapters: readonly string[],
  problems: Problems,
): ConfigFile | undefined {
  const file = resolve(place.directory, place.path ?? 'dragoman.json');
  const content = readJson(file, place.path !== undefined, problems);
  if (content === undefined) return undefined;
  const entries = Object.entries(content);
  const own = Object.fromEntries(entries.filter(([key]) => !adapters.includes(key)));
  const parsed = shape.safeParse(own);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) explain(file, issue, adapters, problems);
    return undefined;
  }
  return { ...parsed.data, adapters: Object.fromEntries(entries.filter(([key]) => adapters.includes(key))) };
}

function readJson(
  file: string,
  wanted: boolean,
  problems: Problems,
): Readonly<Record<string, unknown>> | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
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
  servers: ['url', 'username', 'password'],
  channels: ['project', 'listen'],
};

function reasonOfIssue(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
