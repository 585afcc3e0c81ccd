/** Who may come in. The page can drive a coding agent, so everything is refused that is not shown to be allowed. */
import { createHmac } from 'node:crypto';
import { isIP } from 'node:net';
import type { Documents } from '../../src/core/channel.ts';
import { clip } from '../../src/core/clip.ts';
import { isSecret } from '../../src/lib/secret.ts';
import { createBrowserSessions } from './sessions.ts';
import { createTries, type Source } from './tries.ts';

export interface Gate {
  /** Why this request is refused before anyone looks at who sent it: a foreign Host, a foreign Origin. */
  foreign(request: Request): string | undefined;
  /** Does it carry the token of a session? */
  known(request: Request): boolean;
  /** Opens a session where what was shown is right. */
  signIn(shown: Shown, address: string): Promise<SignIn>;
  /** Ends the session that the request carries. */
  signOut(request: Request): Promise<void>;
  readonly asksPassword: boolean;
}

/** What a browser shows to come in; the key of the printed address counts only where no password is asked for. */
export interface Shown {
  readonly key?: string | undefined;
  readonly password?: string | undefined;
  /** It was let in before. */
  readonly mark?: string | undefined;
}

export type SignIn =
  /** `token` opens the page; `mark` only says, at the next password, that this browser was let in before. */
  | { readonly result: 'yes'; readonly token: string; readonly mark: string }
  | { readonly result: 'wrong' | 'too-often' };

export interface GateOptions {
  readonly publicUrl: string;
  /** The adapter's secret. */
  readonly secret: string;
  readonly password: string | undefined;
  /** Where sessions outlive the process. */
  readonly documents: Documents;
  now(): number;
}

export async function createGate(options: GateOptions): Promise<Gate> {
  const { publicUrl, secret, password, documents, now } = options;
  const url = new URL(publicUrl);
  const own = ownHosts(url);
  const epoch = digest(secret, `session ${password ?? ''}`);
  const sessions = await createBrowserSessions({ documents, epoch, now });
  const tries = createTries(secret, now);
  const check = ({ key, password: typed }: Shown, from: Source): SignIn['result'] => {
    if (password === undefined) return key !== undefined && isSecret(key, secret) ? 'yes' : 'wrong';
    if (tries.tooMany(from)) return 'too-often';
    if (typed !== undefined && isSecret(typed, password)) return 'yes';
    tries.wrong(from);
    return 'wrong';
  };
  return {
    foreign: (request) => foreign(request, url, own),
    known: (request) => sessions.known(tokenOf(request)),
    async signIn(shown, address) {
      const result = check(shown, { address, mark: shown.mark });
      if (result !== 'yes') return { result };
      return { result, token: await sessions.begin(), mark: tries.mark() };
    },
    signOut: (request) => sessions.end(tokenOf(request)),
    asksPassword: password !== undefined,
  };
}

/**
 * Is this Host one of ours? A name that we do not know may have been pointed at us by another site. Proxies pass our
 * own name on with its port or without.
 */
function ownHosts(url: URL): (host: string) => boolean {
  const port = url.port === '' ? '' : `:${url.port}`;
  const everywhere = ['0.0.0.0', '[::]'].includes(url.hostname);
  if (!everywhere && !loopback.includes(url.hostname))
    return (host) => host === url.host || host === url.hostname;
  // A loopback address has three names, and people type each of them.
  const hosts = new Set(loopback.map((name) => `${name}${port}`));
  return (host) => hosts.has(host) || (everywhere && isAddress(host, port));
}

const loopback = ['127.0.0.1', 'localhost', '[::1]'];

/** A password that is typed there goes over a network in the clear. */
export function isUnencrypted(publicUrl: string): boolean {
  const { protocol, hostname } = new URL(publicUrl);
  return protocol === 'http:' && !loopback.includes(hostname);
}

/** Bound to every address without a name of its own, only addresses can be ours: nobody else can point one at us. */
function isAddress(host: string, port: string): boolean {
  const name = host.slice(0, host.length - port.length).replace(/^\[|\]$/g, '');
  return host.endsWith(port) && isIP(name) !== 0;
}

function foreign(request: Request, url: URL, own: (host: string) => boolean): string | undefined {
  const host = plainHost(request.headers.get('host') ?? new URL(request.url).host, url.protocol);
  if (!own(host)) return foreignHost(host, url);
  const origin = request.headers.get('origin');
  const from = request.headers.get('sec-fetch-site');
  const reading = request.method === 'GET' || request.method === 'HEAD';
  const isOurs = origin === url.origin || (host !== url.hostname && origin === `${url.protocol}//${host}`);
  const elsewhere = origin === null ? !reading : !isOurs;
  if (elsewhere || (isApi(request) && from !== null && from !== 'same-origin'))
    return 'This request comes from another site.';
  return undefined;
}

/** In small letters, without the port that the protocol has by itself. */
function plainHost(host: string, protocol: string): string {
  return host.toLowerCase().replace(protocol === 'https:' ? /:443$/ : /:80$/, '');
}

/** Longest host that is repeated to whoever asked. */
const longestHost = 100;

function foreignHost(host: string, url: URL): string {
  const asked = clip(host, longestHost);
  return (
    `This request came for the host "${asked}", and the page of Dragoman is ${url.origin}. ` +
    'A proxy before it must pass the Host header on (nginx: proxy_set_header Host $http_host;); ' +
    'where people come by another address, an operator names it in WEB_URL.'
  );
}

function isApi(request: Request): boolean {
  return new URL(request.url).pathname.startsWith('/api/');
}

function tokenOf(request: Request): string {
  const [scheme = '', token = ''] = (request.headers.get('authorization') ?? '').split(' ', 2);
  return scheme.toLowerCase() === 'bearer' ? token : '';
}

function digest(secret: string, purpose: string): string {
  return createHmac('sha256', secret).update(purpose).digest('hex');
}
