/** The platforms that are set up, each read by its own adapter, and further bots of them. */
import type { ChannelAdapter } from '../core/channel.ts';
import type { AdapterContext, AdapterDefinition } from '../core/definition.ts';
import type { Diagnosis, DiagnosisContext } from '../core/diagnosis.ts';
import { ConfigError } from '../core/errors.ts';
import { type Bot, botsOf } from './bots.ts';
import { type Environment, withSecretFiles } from './environment.ts';
import type { ConfigFile } from './file.ts';
import type { Problems } from './problems.ts';
import { holdsSecret } from './secret-values.ts';
import { secretNames, variableNames } from './variables.ts';

/** A platform that is set up, or a further bot of one. What it was configured with stays inside. */
export interface PlatformConfig {
  /** The adapter's, by which channels, threads, metrics and logs name it. */
  readonly id: string;
  /** Ids of its people begin with this, the same for all bots of a platform. */
  readonly people: string;
  /** People who are admins by the platform's nature. */
  readonly admins: readonly string[];
  create(context: AdapterContext): Promise<ChannelAdapter>;
  /** What can be wrong there, by real calls; nothing where the adapter looks at nothing. */
  diagnose(context: DiagnosisContext): Promise<Diagnosis>;
}

/** Where the settings of all platforms stand. */
export interface PlatformSettings {
  readonly environment: Environment;
  readonly file: ConfigFile;
  /** Where relative paths in the file begin. */
  readonly base: string;
}

/** The one bot of each platform that the environment tells of, and those of the file. */
export function setUp(
  adapters: readonly AdapterDefinition[],
  { environment, file, base }: PlatformSettings,
  problems: Problems,
): { readonly platforms: readonly PlatformConfig[]; readonly secrets: readonly string[] } {
  const first = adapters.flatMap((definition) => {
    const config = problems.attempt(() => definition.parse(environment, file.adapters[definition.id]));
    return config === undefined ? [] : [{ id: definition.id, definition, config, environment }];
  });
  const further = botsOf(file.bots, adapters, base, problems).flatMap(configured);
  refuseTwice([...first.map((one) => ({ ...one, keyOf: (name: string) => name })), ...further], problems);
  return {
    platforms: [...first, ...further].map(platformOf),
    secrets: further.flatMap((bot) => secretsOf(bot).map(({ value }) => value)),
  };
}

interface Configured {
  readonly id: string;
  readonly definition: AdapterDefinition;
  readonly config: unknown;
  readonly environment: Environment;
}

function configured(bot: Bot): readonly (Bot & Configured)[] {
  const { definition, problems } = bot;
  const environment = withSecretFiles(bot.environment, definition.variables, problems);
  const config = problems.attempt(() => {
    const parsed = definition.parse(environment, undefined);
    if (parsed !== undefined) return parsed;
    const [first = ''] = definition.variables;
    // Why its file could not be read is told already.
    if (bot.environment[`${first}_FILE`] !== undefined) return undefined;
    throw new ConfigError(`${first} is not set, and without it there is no bot. Example: ${first}=…`);
  });
  return config === undefined ? [] : [{ ...bot, environment, config }];
}

function platformOf({ id, definition, config }: Configured): PlatformConfig {
  return {
    id,
    people: definition.id,
    admins: definition.admins,
    create: (context) => definition.create(config, context),
    diagnose: async (context) => (await definition.diagnose?.(config, context)) ?? { findings: [] },
  };
}

type Named = Pick<Configured, 'definition' | 'environment'> & Pick<Bot, 'keyOf'>;

/** Two adapters with one token take each other's messages, or both answer. */
function refuseTwice(bots: readonly Named[], problems: Problems): void {
  // What signs requests may be the same for two of them.
  const all = bots.flatMap(secretsOf).filter(({ variable }) => variable.endsWith('_TOKEN'));
  for (const [at, { name, value, platform }] of all.entries()) {
    const before = all.slice(0, at).find((one) => one.platform === platform && one.value === value);
    if (before === undefined) continue;
    problems.add(
      `${name} is the same as ${before.name}`,
      'one bot cannot run twice, for what people say to it would be taken by either',
      `"${name.slice(name.lastIndexOf('.') + 1)}": "…" of another bot`,
    );
  }
}

function secretsOf({ definition, environment, keyOf }: Named) {
  return definition.variables.filter(holdsSecret).flatMap((variable) => {
    const value = environment[variable]?.trim();
    return value ? [{ variable, name: keyOf(variable), value, platform: definition.id }] : [];
  });
}

/** Names that may come as `NAME_FILE`. */
export function fileNames(adapters: readonly AdapterDefinition[]): readonly string[] {
  return [...new Set([...secretNames, ...adapters.flatMap(({ variables }) => variables)])];
}

export function allNames(adapters: readonly AdapterDefinition[]): readonly string[] {
  const names = [...variableNames, ...adapters.flatMap(({ variables }) => variables)];
  return [...new Set([...names, ...fileNames(adapters).map((name) => `${name}_FILE`)])];
}
