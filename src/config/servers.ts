/** Servers that are configured by name, or the one of ours that needs no configuration. */
import { isLoopback, isPrivateHost } from './address.ts';
import type { ConfigFile } from './file.ts';
import type { Problems } from './problems.ts';
import { createSecret, type Secret } from './secret.ts';
import type { Variables } from './variables.ts';

/** `child`: we start one ourselves; `remote`: one that runs already, on this machine or behind TLS. */
export type ServerConfig =
  | { readonly kind: 'child' }
  | {
      readonly kind: 'remote';
      readonly url: string;
      readonly username: string;
      readonly password: Secret | undefined;
      /** Its files are those of another machine or container, although its address may be of this one: a tunnel. */
      readonly elsewhere: boolean;
    };

/** The server of who names none. */
export const defaultServer = 'opencode';

/** OPENCODE_URL is the server `opencode`, also where the file says something else of it. */
export function resolveServers(
  variables: Variables,
  file: ConfigFile,
  problems: Problems,
): Readonly<Record<string, ServerConfig>> {
  const named = Object.entries(file.servers).map(([name, server]): [string, ServerConfig] => {
    const { url, username = 'opencode', password, files } = server;
    if (url !== undefined)
      return [name, remote({ what: `servers.${name}.url`, text: url, username, password, files }, problems)];
    if (password !== undefined || server.username !== undefined || files !== undefined)
      problems.add(
        `servers.${name} has a user, a password or files but no url`,
        'a server that we start makes its own, and its files are here',
        `"${name}": { "url": "http://127.0.0.1:4096", "password": "…" }`,
      );
    return [name, { kind: 'child' }];
  });
  const { OPENCODE_URL: text, OPENCODE_SERVER_USERNAME: username } = variables;
  const { OPENCODE_SERVER_PASSWORD: password, OPENCODE_FILES: files } = variables;
  if (text !== undefined)
    named.push([defaultServer, remote({ what: 'OPENCODE_URL', text, username, password, files }, problems)]);
  return named.length === 0 ? { [defaultServer]: { kind: 'child' } } : Object.fromEntries(named);
}

interface Told {
  /** The variable or the key that names the address. */
  readonly what: string;
  readonly text: string;
  readonly username: string;
  readonly password: string | undefined;
  readonly files: 'here' | 'elsewhere' | undefined;
}

/**
 * Who reaches the server runs commands on it, so it is reached on this machine, by TLS with a password, or in a
 * network of the operator's own, which they have to say.
 */
function remote({ what, text, username, password, files }: Told, problems: Problems): ServerConfig {
  const secret = password === undefined ? undefined : createSecret(password);
  if (!URL.canParse(text)) {
    problems.add(what, 'it is not an address', 'http://127.0.0.1:4096');
    return { kind: 'child' };
  }
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    const where = what === 'OPENCODE_URL' ? 'OPENCODE_SERVER_PASSWORD' : '"password"';
    problems.add(`${what} holds a user or a password`, `it may be logged; put it into ${where}`, url.origin);
  } else if (!isLoopback(url.hostname)) refuseOpen({ what, files }, url, secret, problems);
  const elsewhere = (files ?? (isLoopback(url.hostname) ? 'here' : 'elsewhere')) === 'elsewhere';
  return { kind: 'remote', url: text.replace(/\/+$/, ''), username, password: secret, elsewhere };
}

function refuseOpen(
  { what, files }: Pick<Told, 'what' | 'files'>,
  { hostname, protocol, origin }: URL,
  secret: Secret | undefined,
  problems: Problems,
): void {
  const near = isPrivateHost(hostname);
  if (secret !== undefined && (protocol === 'https:' || (near && files === 'elsewhere'))) return;
  const byVariable = what === 'OPENCODE_URL';
  const sure = byVariable ? 'OPENCODE_FILES=elsewhere' : '"files": "elsewhere"';
  const besides = near
    ? `. In a network of your own, such as that of a compose file, http with a password does, with ${sure}`
    : '';
  problems.add(
    `${what} is ${origin}`,
    `who reaches that server can run commands on it, so it must be on this machine (127.0.0.1) or be https with a password${besides}`,
    exampleOf(byVariable, near),
  );
}

function exampleOf(byVariable: boolean, near: boolean): string {
  if (!near)
    return byVariable
      ? 'OPENCODE_URL=https://agents.example.org OPENCODE_SERVER_PASSWORD=…'
      : '{ "url": "https://agents.example.org", "password": "…" }';
  return byVariable
    ? 'OPENCODE_URL=http://opencode:4096 OPENCODE_FILES=elsewhere OPENCODE_SERVER_PASSWORD=…'
    : '{ "url": "http://opencode:4096", "files": "elsewhere", "password": "…" }';
}

/** Its files are the files of this machine. */
export function isLocal(server: ServerConfig): boolean {
  return server.kind === 'child' || !server.elsewhere;
}
