/** Where a server answers, and how one is let in. */
import type { ServerAddress } from '../core/library.ts';

/** Where an OpenCode server answers, and to whom. */
export interface Endpoint {
  readonly url: string;
  readonly username: string;
  /** Empty: the server asks for none. */
  readonly password: string;
}

/** What people may know of it: not the password. */
export function serverAddressOf(endpoint: Endpoint | undefined): ServerAddress | undefined {
  if (endpoint === undefined) return undefined;
  return { url: endpoint.url, username: endpoint.password === '' ? undefined : endpoint.username };
}

/** The value of the Authorization header, or undefined where the server asks for no password. */
export function authorization(endpoint: Endpoint): string | undefined {
  if (endpoint.password === '') return undefined;
  return `Basic ${Buffer.from(`${endpoint.username}:${endpoint.password}`).toString('base64')}`;
}
