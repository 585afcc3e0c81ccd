/** Who may come in. The page can drive a coding agent, so everything is refused that is not shown to be allowed. */
import { createHmac } from 'node:crypto';
import { isIP } from 'node:net';
import { isSecret } from '../../src/lib/secret.ts';

/** Wrong passwords in a minute before every try is refused: a network guesses no password at this speed. */
const triesPerMinute = 10;
const yearSeconds = 365 * 24 * 60 * 60;

export interface Gate {
  /** Why this request is refused before anyone looks at who sent it: a foreign Host, a foreign Origin. */
  foreign(request: Request): string | undefined;
  /** Does it carry the session's cookie? */
  known(request: Request): boolean;
  /** Is this the key of the printed address? Never, where a password is asked for. */
  opensWithKey(key: string): boolean;
  opensWithPassword(password: string): 'yes' | 'no' | 'too-often';
  /** The cookie that makes a browser known; it holds across restarts, until the secret or the password changes. */
  cookie(): string;
  readonly asksPassword: boolean;
}

export interface GateOptions {
  readonly publicUrl: string;
  /** The adapter's secret. */
  readonly secret: string;
  readonly password: string | undefined;
  now(): number;
}

export function createGate({ publicUrl, secret, password, now }: GateOptions): Gate {
  const url = new URL(publicUrl);
  const own = ownHosts(url);
  const name = `dragoman-${digest(secret, 'cookie name').slice(0, 8)}`;
  const value = digest(secret, `session ${password ?? ''}`);
  const secure = url.protocol === 'https:' ? '; Secure' : '';
  const tries: number[] = [];
  return {
    foreign: (request) => foreign(request, url.protocol, own),
    known: (request) => isSecret(cookieOf(request, name), value),
    opensWithKey: (key) => password === undefined && isSecret(key, secret),
    opensWithPassword(typed) {
      if (password === undefined) return 'no';
      while (tries.length > 0 && (tries[0] ?? 0) < now() - 60_000) tries.shift();
      if (tries.length >= triesPerMinute) return 'too-often';
      if (isSecret(typed, password)) return 'yes';
      tries.push(now());
      return 'no';
    },
    cookie: () => `${name}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${yearSeconds}${secure}`,
    asksPassword: password !== undefined,
  };
}

/** Is this Host one of ours? A name that we do not know may have been pointed at us by another site. */
function ownHosts(url: URL): (host: string) => boolean {
  const port = url.port === '' ? '' : `:${url.port}`;
  const everywhere = ['0.0.0.0', '[::]'].includes(url.hostname);
  // A loopback address has three names, and people type each of them.
  const names = everywhere || loopback.includes(url.hostname) ? loopback : [url.hostname];
  const hosts = new Set(names.map((name) => `${name}${port}`));
  return (host) => hosts.has(host) || (everywhere && isAddress(host, port));
}

const loopback = ['127.0.0.1', 'localhost', '[::1]'];

/** Bound to every address without a name of its own, only addresses can be ours: nobody else can point one at us. */
function isAddress(host: string, port: string): boolean {
  const name = host.slice(0, host.length - port.length).replace(/^\[|\]$/g, '');
  return host.endsWith(port) && isIP(name) !== 0;
}

function foreign(request: Request, protocol: string, own: (host: string) => boolean): string | undefined {
  const host = (request.headers.get('host') ?? new URL(request.url).host).toLowerCase();
  if (!own(host)) return 'This address is not the one that Dragoman was started with.';
  const origin = request.headers.get('origin');
  const from = request.headers.get('sec-fetch-site');
  const reading = request.method === 'GET' || request.method === 'HEAD';
  const elsewhere = origin === null ? !reading : origin !== `${protocol}//${host}`;
  if (elsewhere || (isApi(request) && from !== null && from !== 'same-origin'))
    return 'This request comes from another site.';
  return undefined;
}

function isApi(request: Request): boolean {
  return new URL(request.url).pathname.startsWith('/api/');
}

function cookieOf(request: Request, name: string): string {
  for (const pair of (request.headers.get('cookie') ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name) return value ?? '';
  }
  return '';
}

function digest(secret: string, purpose: string): string {
  return createHmac('sha256', secret).update(purpose).digest('hex');
}
