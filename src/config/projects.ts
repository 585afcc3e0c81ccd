/** Projects: directories that channels may use, and on which server each lies. */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import type { ServerName } from '../core/ids.ts';
import { nearest } from '../lib/spelling.ts';
import { failureReason } from './failures.ts';
import type { ConfigFile } from './file.ts';
import type { Problems } from './problems.ts';
import { defaultServer, isLocal, type ServerConfig } from './servers.ts';
import type { Variables } from './variables.ts';

/** A directory on a server that channels may use. */
export interface ProjectConfig {
  /** Absolute; on this machine without symbolic links. */
  readonly directory: string;
  readonly server: ServerName;
  /** `provider/model`; unset: the server's default. */
  readonly model?: string;
  readonly agent?: string;
  /** Whether our own server reads the configuration that stands in the directory. */
  readonly trustProjectConfig: boolean;
}

/** The project of a channel that names none. */
export const defaultProject = 'default';

const variable = 'DRAGOMAN_DIRECTORY';

type Servers = Readonly<Record<string, ServerConfig>>;
type Entry = ConfigFile['projects'][string];

/** @param base where relative directories of the environment and of the file begin. */
export function resolveProjects(
  variables: Variables,
  file: ConfigFile,
  servers: Servers,
  base: { readonly environment: string; readonly file: string },
  problems: Problems,
): Readonly<Record<string, ProjectConfig>> {
  const { DRAGOMAN_DIRECTORY: directory } = variables;
  const named = Object.entries(file.projects);
  if (directory !== undefined && named.length > 0)
    problems.add(
      'DRAGOMAN_DIRECTORY is set, and the file names projects',
      'it is the one project where no file names any',
      'unset DRAGOMAN_DIRECTORY, or write "projects": { "default": { "directory": "…" } }',
    );
  if (directory === undefined && named.length === 0 && !file.broken.has('projects'))
    problems.add(
      'No project is named',
      'Dragoman must know the directory that the agent works in',
      'DRAGOMAN_DIRECTORY=$HOME/code/api npm start',
    );
  const entries: readonly (readonly [string, Entry, Place])[] =
    named.length === 0 && directory !== undefined
      ? [[defaultProject, { directory }, { what: variable, base: base.environment }]]
      : named.map(([name, entry]) => [name, entry, { what: `projects.${name}.directory`, base: base.file }]);
  const resolved = entries.flatMap(([name, entry, place]) => {
    const project = resolveProject(name, entry, place, { variables, servers, problems, broken: file.broken });
    return project === undefined ? [] : [[name, project] as const];
  });
  checkTrust(resolved, servers, problems);
  return Object.fromEntries(resolved);
}

/** A server reads the configuration of all its projects or of none, and one that runs already is not ours to tell. */
function checkTrust(
  projects: readonly (readonly [string, ProjectConfig])[],
  servers: Servers,
  problems: Problems,
): void {
  for (const [name, { server }] of projects.filter(([, project]) => project.trustProjectConfig)) {
    const key = `projects.${name}.trustProjectConfig is true`;
    if (servers[server]?.kind !== 'child') {
      problems.add(
        key,
        `${server} runs already, and reads what it was started with`,
        'start that server with OPENCODE_DISABLE_PROJECT_CONFIG=1, or without it',
      );
      continue;
    }
    const other = projects.find(([, one]) => one.server === server && !one.trustProjectConfig);
    if (other === undefined) continue;
    problems.add(
      `${key}, and that of projects.${other[0]} is not`,
      `both are on the server ${server}, which reads the configuration of all its projects or of none; give one of them a server of its own`,
      `"servers": { "${server}": {}, "trusted": {} }, "projects": { "${name}": { "server": "trusted", … } }`,
    );
  }
}

/** Warnings: whoever wrote a configuration into a project expects that it counts. */
export function unreadConfigurations(
  projects: Readonly<Record<string, ProjectConfig>>,
  servers: Servers,
): readonly string[] {
  const unread = Object.entries(projects).filter(
    ([, { server, trustProjectConfig }]) => servers[server]?.kind === 'child' && !trustProjectConfig,
  );
  return unread.flatMap(([name, { directory }]) => {
    const found = ['opencode.json', 'opencode.jsonc', '.opencode'].filter((one) =>
      existsSync(join(directory, one)),
    );
    if (found.length === 0) return [];
    return [
      `${found.join(' and ')} in ${directory} is not read, for it could let agents act without asking. If you trust it: "projects": { "${name}": { "directory": "${directory}", "trustProjectConfig": true } }`,
    ];
  });
}

interface Place {
  /** The variable or the key that names the directory. */
  readonly what: string;
  readonly base: string;
}

interface Around {
  readonly variables: Variables;
  readonly servers: Servers;
  readonly problems: Problems;
  readonly broken: ConfigFile['broken'];
}

function resolveProject(
  name: string,
  entry: Entry,
  place: Place,
  { variables, servers, problems, broken }: Around,
): ProjectConfig | undefined {
  const server = entry.server ?? onlyServer(servers);
  const config = server === undefined ? undefined : servers[server];
  if (server === undefined || config === undefined) {
    if (!broken.has('servers', entry.server)) refuseServer(name, server, Object.keys(servers), problems);
    return undefined;
  }
  const directory = isLocal(config)
    ? localDirectory(entry.directory, place, problems)
    : remoteDirectory(entry.directory, place, problems);
  const model = entry.model ?? variables.DRAGOMAN_MODEL;
  const agent = entry.agent ?? variables.DRAGOMAN_AGENT;
  return {
    directory,
    server,
    trustProjectConfig: entry.trustProjectConfig ?? false,
    ...(model === undefined ? {} : { model }),
    ...(agent === undefined ? {} : { agent }),
  };
}

function refuseServer(
  project: string,
  server: string | undefined,
  known: readonly string[],
  problems: Problems,
): void {
  const meant = nearest(server ?? '', known) ?? known[0] ?? defaultServer;
  const what =
    server === undefined
      ? `projects.${project} names no server`
      : `projects.${project}.server is "${server}"`;
  problems.add(what, `there are the servers ${known.join(', ')}`, `"server": "${meant}"`);
}

function onlyServer(servers: Servers): string | undefined {
  const names = Object.keys(servers);
  if (names.includes(defaultServer)) return defaultServer;
  return names.length === 1 ? names[0] : undefined;
}

function localDirectory(directory: string, { what, base }: Place, problems: Problems): string {
  const path = resolve(base, directory);
  const example = what === variable ? `${variable}=$HOME/code/api` : '"directory": "/srv/api"';
  try {
    if (statSync(path).isDirectory()) return realpathSync(path);
    problems.add(`${what} is ${path}`, 'it is a file; the agent works in a directory', example);
  } catch (error) {
    problems.add(`${what} is ${path}`, failureReason(error), example);
  }
  return path;
}

/** On another machine nothing can be looked up; the path is that machine's. */
function remoteDirectory(directory: string, { what }: Place, problems: Problems): string {
  if (!isAbsolute(directory))
    problems.add(`${what} is ${directory}`, 'on another machine it must be an absolute path', '/srv/api');
  return directory;
}
