/** Servers that are configured by name, or the one of ours that needs no configuration. */
import { isLoopback } from './address.ts';
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
    const { url, username = 'opencode', password } = server;
    if (url !== undefined) return [name, remote(`servers.${name}.url`, url, username, password, problems)];
    if (password !== undefined || server.username !== undefined)
      problems.add(
        `servers.${name} has a user or a password but no url`,
        'a server that we start makes its own',
        `"${name}": { "url": "http://127.0.0.1:4096", "password": "…" }`,
      );
    return [name, { kind: 'child' }];
  });
  const { OPENCODE_URL: url, OPENCODE_SERVER_USERNAME: user, OPENCODE_SERVER_PASSWORD: password } = variables;
  if (url !== undefined) named.push([defaultServer, remote('OPENCODE_URL', url, user, password, problems)]);
  return named.length === 0 ? { [defaultServer]: { kind: 'child' } } : Object.fromEntries(named);
}

/** Who reaches the server runs commands on it, so it is reached on this machine or by TLS with a password. */
function remote(
  what: string,
  text: string,
  username: string,
  password: string | undefined,
  problems: Problems,
): ServerConfig {
  const secret = password === undefined ? undefined : createSecret(password);
  if (!URL.canParse(text)) {
    problems.add(what, 'it is not an address', 'http://127.0.0.1:4096');
    return { kind: 'child' };
  }
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    const where = what === 'OPENCODE_URL' ? 'OPENCODE_SERVER_PASSWORD' : '"password"';
    problems.add(`${what} holds a user or a password`, `it may be logged; put it into ${where}`, url.origin);
  } else if (!isLoopback(url.hostname) && (url.protocol !== 'https:' || secret === undefined)) {
    problems.add(
      `${what} is ${url.origin}`,
      'who reaches that server can run commands on it, so it must be on this machine (127.0.0.1) or be https with a password',
      what === 'OPENCODE_URL'
        ? 'OPENCODE_URL=https://agents.example.org OPENCODE_SERVER_PASSWORD=…'
        : '{ "url": "https://agents.example.org", "password": "…" }',
    );
  }
  return { kind: 'remote', url: text.replace(/\/+$/, ''), username, password: secret };
}

/** Its files are the files of this machine. */
export function isLocal(server: ServerConfig): boolean {
  return server.kind === 'child' || isLoopback(new URL(server.url).hostname);
}
