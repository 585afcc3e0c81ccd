/**
 * The way to the outside through the proxies that the environment names, for every library that we reach it with:
 * fetch and what is built on undici go by the global dispatcher; `ws` makes its handshake by `http.request` with a
 * connection of its own, about which no agent and no dispatcher is asked, so that connection is made here.
 */
import http, { type ClientRequest, type RequestOptions } from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import {
  Agent,
  Client,
  type Dispatcher,
  getGlobalDispatcher,
  Pool,
  ProxyAgent,
  setGlobalDispatcher,
} from 'undici';

export interface ProxySettings {
  /** The proxy of http and ws addresses; undefined: none. */
  readonly http: URL | undefined;
  /** The proxy of https and wss addresses; undefined: none. */
  readonly https: URL | undefined;
  /** Hosts that are reached directly, with all below them; each may end in `:port`. `*`: all of them. */
  readonly direct: readonly string[];
}

/** The proxy that leads to an address; undefined: it is reached directly. */
export function proxyFor({ http, https, direct }: ProxySettings, address: URL): URL | undefined {
  const secure = address.protocol === 'https:' || address.protocol === 'wss:';
  const proxy = secure ? https : http;
  const port = address.port || (secure ? '443' : '80');
  const host = address.hostname.toLowerCase();
  return proxy !== undefined && !direct.some((entry) => covers(entry, host, port)) ? proxy : undefined;
}

function covers(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  const [, name = entry, its] = /^(.+?|\[.+\]):(\d+)$/.exec(isIP(entry) === 6 ? `[${entry}]` : entry) ?? [];
  if (its !== undefined && its !== port) return false;
  const bare = (isIP(name) === 6 ? `[${name}]` : name).toLowerCase().replace(/^\*?\./, '');
  return host === bare || host.endsWith(`.${bare}`);
}

/** By it a dispatcher of ours is known. */
const mark = Symbol('leads through proxies');

/** Each address by its own way. */
function createDispatcher(settings: ProxySettings): Dispatcher {
  const agent = new Agent({
    factory: (origin, options) => {
      const proxy = proxyFor(settings, new URL(origin));
      return proxy === undefined ? new Pool(origin, options) : new ProxyAgent({ uri: proxy.href });
    },
  });
  return Object.assign(agent, { [mark]: true });
}

/** What a client that would make a dispatcher of its own is to be given; undefined: no proxy is named. */
export function proxyDispatcher(): Dispatcher | undefined {
  const dispatcher = getGlobalDispatcher();
  return mark in dispatcher ? dispatcher : undefined;
}

/** From now on the whole process goes by these settings. What is returned ends that, for connections to come. */
export function reachThroughProxies(settings: ProxySettings): () => void {
  if (settings.http === undefined && settings.https === undefined) return () => {};
  const before = getGlobalDispatcher();
  const requests = { plain: http.request, secure: https.request };
  setGlobalDispatcher(createDispatcher(settings));
  Object.assign(http, { request: tunnelling(settings, 'ws:', requests.plain) });
  Object.assign(https, { request: tunnelling(settings, 'wss:', requests.secure) });
  return () => {
    setGlobalDispatcher(before);
    Object.assign(http, { request: requests.plain });
    Object.assign(https, { request: requests.secure });
  };
}

type MakeRequest = (...given: unknown[]) => ClientRequest;

/** The same `request`, where a connection that a caller would make by itself to a host leads through the proxy. */
function tunnelling(settings: ProxySettings, protocol: 'ws:' | 'wss:', request: unknown): MakeRequest {
  const make = request as MakeRequest;
  return (first, ...others) => {
    const options = first as RequestOptions;
    const { host, port } = options;
    if (typeof options.createConnection !== 'function' || options.agent || !host)
      return make(first, ...others);
    const place = `${isIP(host) === 6 ? `[${host}]` : host}:${port ?? (protocol === 'wss:' ? 443 : 80)}`;
    const proxy = proxyFor(settings, new URL(`${protocol}//${place}`));
    if (proxy === undefined) return make(first, ...others);
    const createConnection: RequestOptions['createConnection'] = (given, done) => {
      void tunnel(proxy, place).then(
        (socket) =>
          done(null, protocol === 'wss:' ? secured(socket, host, given as ConnectionOptions) : socket),
        // Node gives the request the error, and asks for no stream then.
        (error: unknown) => done(error as Error, undefined as unknown as Duplex),
      );
      return undefined;
    };
    return make({ ...options, createConnection }, ...others);
  };
}

/** Longest wait for the proxy to reach a host, milliseconds; as long as a handshake may take. */
const tunnelMs = 30_000;

async function tunnel(proxy: URL, place: string): Promise<Duplex> {
  const client = new Client(proxy.origin);
  try {
    const { statusCode, socket } = await client.connect({
      path: place,
      headers: { host: place, ...authorization(proxy) },
      signal: AbortSignal.timeout(tunnelMs),
    });
    if (statusCode === 200) return socket;
    socket.destroy();
    throw new Error(`the proxy ${proxy.host} answers ${statusCode} instead of leading to ${place}`);
  } finally {
    void Promise.allSettled([client.close()]);
  }
}

function authorization({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '') return {};
  const told = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(told).toString('base64')}` };
}

/** As the caller wanted it, e.g. by an authority of its own. */
function secured(socket: Duplex, host: string, given: ConnectionOptions): Duplex {
  const servername = given.servername ?? (isIP(host) === 0 ? host : '');
  return connectTls({ ...given, servername, path: undefined, socket });
}
