import { createWebAdapter } from '../../../adapters/web/adapter.ts';
import { parseConfig } from '../../../adapters/web/config.ts';
import type {
  ChannelAdapter,
  Host,
  InboundEvent,
  OutboundMessage,
  Routes,
} from '../../../src/core/channel.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { type MemoryDocuments, memoryDocuments } from '../../fake/documents.ts';

export const origin = 'http://127.0.0.1:4080';
export const secret = 'a1'.repeat(32);

type Handler = Parameters<Routes['add']>[2];

interface Route {
  readonly method: string;
  readonly segments: readonly string[];
  readonly handler: Handler;
}

function createRouter(): Routes & { dispatch(request: Request): Promise<Response> } {
  const routes: Route[] = [];
  return {
    add(method, path, handler) {
      routes.push({ method, segments: path.split('/'), handler });
    },
    async dispatch(request) {
      const segments = new URL(request.url).pathname.split('/');
      for (const route of routes) {
        const params = match(route, request.method, segments);
        if (params !== undefined)
          return route.handler(request, params, request.headers.get('x-test-address') ?? '127.0.0.1');
      }
      return new Response('no route', { status: 404 });
    },
  };
}

function match({ method, segments }: Route, asked: string, given: readonly string[]) {
  if (method !== asked || segments.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const value = decodeURIComponent(given[index] ?? '');
    if (segment.startsWith(':')) params[segment.slice(1)] = value;
    else if (segment !== value) return undefined;
  }
  return params;
}

export interface Running {
  readonly adapter: ChannelAdapter;
  readonly host: Host;
  readonly documents: MemoryDocuments;
  readonly events: InboundEvent[];
  /** While set, `host.receive` rejects with it. */
  readonly fault: { error: Error | undefined };
  readonly clock: { now: number };
  /** As the page asks: with its origin and its session. */
  ask(path: string, options?: AskOptions): Promise<Response>;
  stop(): Promise<void>;
}

export interface AskOptions {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

export interface StartOptions {
  readonly documents?: MemoryDocuments;
  readonly environment?: Readonly<Record<string, string>>;
  readonly secret?: string;
}

/** The adapter with everything around it in memory. */
export async function start(options: StartOptions = {}): Promise<Running> {
  const documents = options.documents ?? memoryDocuments();
  const router = createRouter();
  const events: InboundEvent[] = [];
  const fault: Running['fault'] = { error: undefined };
  const clock = { now: Date.UTC(2026, 0, 1) };
  const config = parseConfig(options.environment ?? {}, undefined);
  const alive = Promise.withResolvers<void>();
  const host: Host = {
    async receive(event) {
      if (fault.error !== undefined) throw fault.error;
      events.push(event);
    },
    documents,
    routes: router,
    commands: [],
    channelMoved: async () => {},
    alive: () => alive.resolve(),
    ailing: (reason) => alive.reject(new Error(reason)),
    secret: (purpose) => `${options.secret ?? secret}${Buffer.from(purpose).toString('hex')}`,
    log: { debug: () => {}, info: () => {}, warn: () => {} },
  };
  const time = { ...systemClock, now: () => clock.now };
  const adapter = await createWebAdapter({ config, publicUrl: origin, host, clock: time });
  const abort = new AbortController();
  const run = adapter.run(abort.signal);
  await Promise.race([alive.promise, run]);
  const raw = (path: string, ask: AskOptions) => router.dispatch(request(path, ask));
  const authorization = await signIn(adapter, raw, config.password);
  return {
    adapter,
    host,
    documents,
    events,
    fault,
    clock,
    ask: (path, ask = {}) => raw(path, { ...ask, headers: { authorization, ...ask.headers } }),
    async stop() {
      abort.abort();
      await run;
    },
  };
}

async function signIn(
  adapter: ChannelAdapter,
  raw: (path: string, ask: AskOptions) => Promise<Response>,
  password: string | undefined,
): Promise<string> {
  const entrance = new URL(adapter.entrance?.() ?? '');
  const shown = password === undefined ? { key: entrance.hash.slice('#key='.length) } : { password };
  const response = await raw('/api/session', { method: 'POST', body: shown });
  return `Bearer ${((await response.json()) as { readonly token?: string }).token ?? ''}`;
}

function request(path: string, { method = 'GET', body, headers = {} }: AskOptions): Request {
  const json = body !== undefined && typeof body !== 'string';
  const all: Record<string, string | undefined> = {
    host: new URL(origin).host,
    ...(method === 'GET' ? {} : { origin }),
    ...(json ? { 'content-type': 'application/json' } : {}),
    ...headers,
  };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const sent = json ? JSON.stringify(body) : (body as string | undefined);
  return new Request(`${origin}${path}`, {
    method,
    headers: given,
    ...(sent === undefined ? {} : { body: sent }),
  });
}

/** A message of the agent, as render would make it. */
export function message(markdown: string, changes: Partial<OutboundMessage> = {}): OutboundMessage {
  return { kind: 'text', markdown, buttons: [], live: false, silent: true, ...changes };
}

/** What a page that has just connected is told first. */
export async function firstState(running: Running, thread?: string): Promise<PageState> {
  const reader = await openStream(running, thread);
  const event = await reader.next();
  await reader.close();
  return event['state'] as PageState;
}

export interface PageState {
  readonly threads: readonly {
    readonly id: string;
    readonly title: string;
    readonly state: string;
    readonly archived?: boolean;
  }[];
  readonly thread: {
    readonly id: string;
    readonly more: boolean;
    readonly messages: readonly Record<string, unknown>[];
  } | null;
}

export async function openStream(running: Running, thread?: string) {
  const query = thread === undefined ? '' : `?thread=${thread}`;
  const response = await running.ask(`/api/events${query}`);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  return {
    status: response.status,
    /** The next event. */
    async next(): Promise<Record<string, unknown>> {
      while (!rest.includes('\n\n')) {
        const { value, done } = (await reader?.read()) ?? { done: true };
        if (done || value === undefined) throw new Error('the stream has ended');
        rest += value;
      }
      const end = rest.indexOf('\n\n');
      const block = rest.slice(0, end);
      rest = rest.slice(end + 2);
      return JSON.parse(block.replace(/^data: /, '')) as Record<string, unknown>;
    },
    close: async () => reader?.cancel(),
  };
}
