/** Every setting, read and checked at once: all that is wrong is told in one go, with what to do. */
import { dirname, join, resolve } from 'node:path';
import { type ChannelConfigs, platformOf, resolveChannels } from './config/channels.ts';
import { checkApart, keptSecret, prepareData } from './config/data.ts';
import { checkSecret, type DatabaseConfig, databaseOf, knownSecret } from './config/database.ts';
import { checkNames, type Environment, withDotEnv, withSecretFiles } from './config/environment.ts';
import { tellsSecrets, warnExposed } from './config/exposure.ts';
import { type ConfigFile, readConfigFile } from './config/file.ts';
import { type HttpConfig, httpOf } from './config/http.ts';
import { allNames, fileNames, type PlatformConfig, setUp } from './config/platforms.ts';
import { createProblems, type Problems } from './config/problems.ts';
import {
  defaultProject,
  type ProjectConfig,
  resolveProjects,
  unreadConfigurations,
} from './config/projects.ts';
import { passwordsOf, proxiesOf } from './config/proxy.ts';
import { createSecret, type Secret } from './config/secret.ts';
import { secretsOf } from './config/secret-values.ts';
import { isLocal, resolveServers, type ServerConfig } from './config/servers.ts';
import { examples, parseVariables, type Variables } from './config/variables.ts';
import type { AdapterDefinition } from './core/definition.ts';
import type { LogLevel } from './lib/log-levels.ts';
import type { ProxySettings } from './lib/proxy.ts';

export type { Environment } from './config/environment.ts';

/** Everything that the operator decided, checked. Printing it shows no secret. */
export interface Config {
  /** Absolute, mode 700. */
  readonly data: string;
  readonly database: DatabaseConfig;
  readonly servers: Readonly<Record<string, ServerConfig>>;
  readonly projects: Readonly<Record<string, ProjectConfig>>;
  /** By `<platform>:<channel>`. */
  readonly channels: ChannelConfigs;
  /** The project of all other channels; undefined: they have none. */
  readonly defaultProject: string | undefined;
  /** Signs ids and buttons. */
  readonly secret: Secret;
  readonly admins: readonly string[];
  readonly http: HttpConfig;
  /** How the outside is reached. */
  readonly proxies: ProxySettings;
  readonly platforms: readonly PlatformConfig[];
  /** The configuration file, where it tells secrets. */
  readonly secretFile: string | undefined;
  readonly logLevel: LogLevel;
  readonly pieceWindowMs: number;
  readonly requestTimeoutMs: number;
  readonly silenceMs: number;
  readonly mostEmptyMessages: number;
  readonly verbosity: 'quiet' | 'normal' | 'verbose';
  /** What is probably a mistake, and does not stop us. */
  readonly warnings: readonly string[];
  /** All that must never be written. */
  secrets(): readonly string[];
  /** What our own agent server's environment is chosen from. */
  environment(): Environment;
}

export interface ConfigSource {
  readonly environment: Environment;
  /** Where relative paths begin: the working directory. */
  readonly directory: string;
  readonly adapters: readonly AdapterDefinition[];
}

/** The process's environment on top of `.env`: the only place that reads either. */
export function readEnvironment(directory: string): Environment {
  return withDotEnv(process.env, join(directory, '.env'));
}

/**
 * Checks everything, makes the data directory and, on the embedded database, the secret.
 * Throws one `ConfigError` with all mistakes, each with the reason and an example; nothing is made then.
 */
export function loadConfig({ environment: given, directory, adapters }: ConfigSource): Config {
  const problems = createProblems();
  const environment = withSecretFiles(given, fileNames(adapters), problems);
  const warnings = checkNames(environment, { all: allNames(adapters), examples }, problems);
  const variables = parseVariables(environment, problems);
  const { DRAGOMAN_CONFIG: path } = environment;
  const ids = adapters.map(({ id }) => id);
  const file = readConfigFile({ path: path || undefined, directory }, ids, problems);
  const filePath = resolve(directory, path || 'dragoman.json');
  const base = dirname(filePath);
  const { platforms, secrets } = setUp(adapters, { environment, file, base }, problems);
  const parts = resolveParts({ environment, variables, file, directory, platforms, base, problems });
  problems.throwIfAny();
  prepareData(parts.data);
  const secret = createSecret(variables.DRAGOMAN_SECRET ?? keptSecret(parts.data));
  const secretFile = tellsSecrets(file) ? filePath : undefined;
  return {
    ...parts,
    secret,
    platforms,
    secretFile,
    warnings: [...warnings, ...parts.warnings, ...(secretFile === undefined ? [] : warnExposed(secretFile))],
    secrets: () => [
      secret.reveal(),
      ...secretsOf(environment, file),
      ...passwordsOf(parts.proxies),
      ...secrets,
    ],
    environment: () => environment,
  };
}

/** How the outside is reached before anything else is set up. Throws `ConfigError` where a proxy is not valid. */
export function readProxies({ environment }: Pick<ConfigSource, 'environment'>): ProxySettings {
  const problems = createProblems();
  const proxies = proxiesOf(environment, {}, problems);
  problems.throwIfAny();
  return proxies;
}

/** Where the data lies and in which database: all that a command needs beside a running process. */
export interface DataPlace {
  readonly data: string;
  readonly database: DatabaseConfig;
  readonly admins: readonly string[];
  /** What the process signs with. Throws `ConfigError` where it is not known here. */
  secret(): Secret;
}

export function locateData({ environment: given, directory, adapters }: ConfigSource): DataPlace {
  const problems = createProblems();
  const variables = parseVariables(withSecretFiles(given, fileNames(adapters), problems), problems);
  problems.throwIfAny();
  const data = resolve(directory, variables.DRAGOMAN_DATA);
  const admins = [...variables.DRAGOMAN_ADMINS, ...adapters.flatMap((adapter) => adapter.admins)];
  return {
    data,
    database: databaseOf(variables),
    admins: [...new Set(admins)],
    secret: () => knownSecret(variables, data),
  };
}

interface Given {
  readonly environment: Environment;
  readonly variables: Variables;
  readonly file: ConfigFile;
  readonly directory: string;
  readonly platforms: readonly PlatformConfig[];
  /** Where relative paths in the file begin. */
  readonly base: string;
  readonly problems: Problems;
}

function resolveParts({ environment, variables, file, directory, platforms, base, problems }: Given) {
  const servers = resolveServers(variables, file, problems);
  const bases = { environment: directory, file: base };
  const projects = resolveProjects(variables, file, servers, bases, problems);
  const ids = platforms.map(({ id }) => id);
  const names = Object.keys(projects);
  const { channels, warnings } = resolveChannels(
    file,
    [...new Set([...Object.keys(file.projects), ...file.broken.names('projects'), ...names])],
    ids,
    problems,
  );
  const data = resolve(directory, variables.DRAGOMAN_DATA);
  checkApart(data, localDirectories(projects, servers), problems);
  checkSecret(variables, problems);
  return {
    data,
    database: databaseOf(variables),
    servers,
    projects,
    channels,
    defaultProject: defaultOf(names),
    admins: [...new Set([...variables.DRAGOMAN_ADMINS, ...platforms.flatMap(({ admins }) => admins)])],
    http: httpOf(variables, problems),
    proxies: proxiesOf(environment, servers, problems),
    logLevel: variables.LOG_LEVEL,
    pieceWindowMs: file.pieceWindowMs,
    requestTimeoutMs: file.requestTimeoutMinutes * 60_000,
    silenceMs: file.silenceSeconds * 1_000,
    mostEmptyMessages: file.emptyMessages,
    verbosity: file.verbosity,
    warnings: [
      ...warnings,
      ...variables.DRAGOMAN_ADMINS.flatMap((admin) => strangerOf(admin, platforms)),
      ...unreadConfigurations(projects, servers),
    ],
  };
}

/** People are the same to all bots of a platform. */
function strangerOf(admin: string, platforms: readonly PlatformConfig[]): readonly string[] {
  const platform = platformOf(admin);
  if (platforms.some(({ people }) => people === platform)) return [];
  const bot = platforms.find(({ id }) => id === platform);
  if (bot === undefined)
    return [`DRAGOMAN_ADMINS names ${admin}, but the platform "${platform}" is not set up.`];
  return [
    `DRAGOMAN_ADMINS names ${admin}, which is nobody: people are the same to all bots of a platform. Write ${bot.people}${admin.slice(platform.length)}.`,
  ];
}

function localDirectories(
  projects: Readonly<Record<string, ProjectConfig>>,
  servers: Readonly<Record<string, ServerConfig>>,
): readonly string[] {
  return Object.values(projects)
    .filter(({ server }) => {
      const config = servers[server];
      return config !== undefined && isLocal(config);
    })
    .map(({ directory }) => directory);
}

/** `default`, or the only one there is. */
function defaultOf(projects: readonly string[]): string | undefined {
  if (projects.includes(defaultProject)) return defaultProject;
  return projects.length === 1 ? projects[0] : undefined;
}
