/** Settings of the page. */
import { z } from 'zod';
import { ConfigError } from '../../src/core/errors.ts';

/** The least that a person on another machine must type to drive a coding agent. */
const shortestPassword = 12;

const suggestion = z.strictObject({ label: z.string().min(1).max(40), text: z.string().min(1).max(2000) });

const shape = z.strictObject({
  name: z.string().min(1).max(60).default('You'),
  suggestions: z.array(suggestion).max(20).default([]),
  password: z.string().min(shortestPassword).exactOptional(),
});

export type SuggestedText = z.infer<typeof suggestion>;
export type WebConfig = z.infer<typeof shape>;

export const variables = ['WEB_NAME', 'WEB_SUGGESTIONS', 'WEB_PASSWORD'] as const;

const advice: Readonly<Record<string, { readonly variable: string; readonly example: string }>> = {
  name: { variable: 'WEB_NAME', example: 'WEB_NAME=Ann' },
  suggestions: {
    variable: 'WEB_SUGGESTIONS',
    example: `WEB_SUGGESTIONS='[{"label":"Tests","text":"Run the tests"}]'`,
  },
  password: {
    variable: 'WEB_PASSWORD',
    example: `WEB_PASSWORD=<at least ${shortestPassword} characters>`,
  },
};

/** The environment first, then the file's `web` part. Throws `ConfigError`. */
export function parseConfig(
  environment: Readonly<Record<string, string | undefined>>,
  file: unknown,
): WebConfig {
  const merged = { ...fromFile(file), ...fromEnvironment(environment) };
  const parsed = shape.safeParse(merged);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const key = String(issue?.path[0] ?? '');
  const { variable, example } = advice[key] ?? { variable: 'web', example: '"web": { "name": "Ann" }' };
  const where = issue === undefined ? 'web' : ['web', ...issue.path].join('.');
  throw new ConfigError(
    `${variable} (${where}) is not valid: ${issue?.message ?? 'unknown'}. Example: ${example}`,
  );
}

function fromFile(file: unknown): Readonly<Record<string, unknown>> {
  if (file === undefined) return {};
  if (typeof file === 'object' && file !== null && !Array.isArray(file)) {
    if ('password' in file)
      throw new ConfigError(
        'web.password does not belong in the file. Use WEB_PASSWORD or WEB_PASSWORD_FILE instead.',
      );
    return { ...file };
  }
  throw new ConfigError('"web" must be an object. Example: "web": { "name": "Ann" }');
}

function fromEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, unknown> {
  const { WEB_NAME: name, WEB_SUGGESTIONS: suggestions, WEB_PASSWORD: password } = environment;
  return {
    ...(name ? { name } : {}),
    ...(suggestions ? { suggestions: parseJson(suggestions) } : {}),
    ...(password ? { password } : {}),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ConfigError(`WEB_SUGGESTIONS is not JSON. Example: ${advice['suggestions']?.example}`, {
      cause,
    });
  }
}
