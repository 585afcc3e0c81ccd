/** The core's variables: the shape of each, and what is said where one does not fit. */
import { z } from 'zod';
import { logLevels } from '../lib/log-levels.ts';
import type { Environment } from './environment.ts';
import type { Problems } from './problems.ts';

/** `provider/model`; the model's own name may hold slashes. */
export const modelName = z.string().regex(/^[^\s/]+\/\S+$/);
const httpUrl = z.string().refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol));

/** The core's variables. Values come trimmed and never empty. */
const shape = z.object({
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//)
    .exactOptional(),
  OPENCODE_URL: httpUrl.exactOptional(),
  OPENCODE_SERVER_USERNAME: z.string().default('opencode'),
  OPENCODE_SERVER_PASSWORD: z.string().exactOptional(),
  OPENCODE_FILES: z.enum(['here', 'elsewhere']).exactOptional(),
  DRAGOMAN_DATA: z.string().default('.dragoman'),
  DRAGOMAN_CONFIG: z.string().exactOptional(),
  DRAGOMAN_DIRECTORY: z.string().exactOptional(),
  DRAGOMAN_MODEL: modelName.exactOptional(),
  DRAGOMAN_AGENT: z.string().regex(/^\S+$/).exactOptional(),
  DRAGOMAN_SECRET: z.string().min(16).exactOptional(),
  DRAGOMAN_ADMINS: z
    .string()
    .transform((text) => text.split(',').map((id) => id.trim()))
    .pipe(z.array(z.string().regex(/^[a-z][a-z0-9-]*:\S+$/)))
    .default([]),
  WEB_HOST: z
    .string()
    .regex(/^[\w.:-]+$/)
    .default('127.0.0.1'),
  WEB_PORT: z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .pipe(z.number().max(65_535))
    .default(4080),
  WEB_URL: httpUrl.transform((text) => text.replace(/\/+$/, '')).exactOptional(),
  WEB_PASSWORD: z.string().exactOptional(),
  METRICS_TOKEN: z.string().min(8).exactOptional(),
  LOG_LEVEL: z.enum(logLevels).default('info'),
});

export type Variables = z.infer<typeof shape>;
export type VariableName = keyof Variables;

interface Explanation {
  readonly rule: string;
  readonly example: string;
  /** It may hold a secret: may come as `NAME_FILE`, and is never shown. */
  readonly secret?: true;
}

/** What a valid value is, for the error about one that is not. */
const explanations: Readonly<Record<VariableName, Explanation>> = {
  DATABASE_URL: {
    rule: 'it is the address of a Postgres database, and begins with postgres://',
    example: 'DATABASE_URL=postgres://user:password@host:5432/dragoman',
    secret: true,
  },
  OPENCODE_URL: {
    rule: 'it is the http or https address of an OpenCode server',
    example: 'OPENCODE_URL=http://127.0.0.1:4096',
  },
  OPENCODE_SERVER_USERNAME: { rule: 'it is a name', example: 'OPENCODE_SERVER_USERNAME=opencode' },
  OPENCODE_SERVER_PASSWORD: {
    rule: 'it is the password of the OpenCode server',
    example: 'OPENCODE_SERVER_PASSWORD_FILE=/run/secrets/opencode',
    secret: true,
  },
  OPENCODE_FILES: {
    rule: 'the files of the OpenCode server are here or elsewhere: in another container, or behind a tunnel',
    example: 'OPENCODE_FILES=elsewhere',
  },
  DRAGOMAN_DATA: { rule: 'it is a directory', example: 'DRAGOMAN_DATA=$HOME/.dragoman' },
  DRAGOMAN_CONFIG: { rule: 'it is a file', example: 'DRAGOMAN_CONFIG=./dragoman.json' },
  DRAGOMAN_DIRECTORY: {
    rule: 'it is the directory that the agent works in',
    example: 'DRAGOMAN_DIRECTORY=$HOME/code/api',
  },
  DRAGOMAN_MODEL: {
    rule: 'a model is written provider/model',
    example: 'DRAGOMAN_MODEL=anthropic/claude-sonnet-4-5',
  },
  DRAGOMAN_AGENT: { rule: 'it is the name of an agent, without spaces', example: 'DRAGOMAN_AGENT=build' },
  DRAGOMAN_SECRET: {
    rule: 'it needs at least 16 characters, for it signs what buttons do',
    example: 'DRAGOMAN_SECRET_FILE=/run/secrets/dragoman',
    secret: true,
  },
  DRAGOMAN_ADMINS: {
    rule: 'it is a list of people, each written <platform>:<their id>, with commas between',
    example: 'DRAGOMAN_ADMINS=web:owner',
  },
  WEB_HOST: { rule: 'it is an address or a name of this machine', example: 'WEB_HOST=127.0.0.1' },
  WEB_PORT: { rule: 'a port is a number from 0 (any free one) to 65535', example: 'WEB_PORT=4080' },
  WEB_URL: {
    rule: 'it is the http or https address by which people reach the page',
    example: 'WEB_URL=https://dragoman.example.org',
  },
  WEB_PASSWORD: {
    rule: 'it is the password of the page',
    example: 'WEB_PASSWORD_FILE=/run/secrets/page',
    secret: true,
  },
  METRICS_TOKEN: {
    rule: 'it needs at least 8 characters',
    example: 'METRICS_TOKEN_FILE=/run/secrets/metrics',
    secret: true,
  },
  LOG_LEVEL: { rule: `it is one of ${logLevels.join(', ')}`, example: 'LOG_LEVEL=info' },
};

export const variableNames = Object.keys(explanations);
export const secretNames = variableNames.filter((name) => isName(name) && explanations[name].secret === true);
export const examples: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(explanations).map(([name, { example }]) => [name, example]),
);

function isName(name: string): name is VariableName {
  return Object.hasOwn(explanations, name);
}

/** Each that is not valid is among the problems, and as if it were not set: the rest is looked at as well. */
export function parseVariables(environment: Environment, problems: Problems): Variables {
  const given = variableNames.flatMap((name) => {
    const value = environment[name]?.trim();
    return value ? [[name, value] as const] : [];
  });
  const parsed = shape.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  const wrong = new Set(parsed.error.issues.map((issue) => String(issue.path[0])));
  for (const name of wrong) {
    if (!isName(name)) continue;
    const { rule, example, secret } = explanations[name];
    problems.add(secret ? `${name} is not valid` : `${name} is "${environment[name]}"`, rule, example);
  }
  return shape.parse(Object.fromEntries(given.filter(([name]) => !wrong.has(name))));
}
