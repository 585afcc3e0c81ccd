/** The one HTTP server of the process: adapters and operation bring the routes. */
import { randomInt } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { LinearRouter } from 'hono/router/linear-router';
import type { Routes } from '../core/channel.ts';
import { ConfigError } from '../core/errors.ts';
import { onAbort } from './abort.ts';
import { BodyTooLargeError, limited } from './body-limit.ts';
import type { Log } from './log.ts';

export interface HttpOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly log: Log;
  /** Longer bodies are answered with 413. */
  readonly bodyBytes?: number;
}

/** The process's one HTTP server. It serves what is registered and nothing else; routes may come at any time. */
export interface Http {
  /** Registering a method and path again replaces its handler, so that a restarted adapter can register anew. */
  readonly routes: Routes;
  /** Where it listens, e.g. `http://127.0.0.1:4080`; pending until then, for ever where `run` throws first. */
  readonly listening: Promise<{ readonly url: string }>;
  /** Serves until aborted, then ends open streams. Throws `ConfigError` where the port cannot be had. */
  run(signal: AbortSignal): Promise<void>;
}

type Handler = Parameters<Routes['add']>[2];

const defaultBodyBytes = 1024 * 1024;
/** How long a response that is being sent may go on after the abort. */
const graceMs = 2_000;
/** Without 0, 1, I, L, O and U: a person reads it to an operator. */
const referenceLetters = '23456789ABCDEFGHJKMNPQRSTVWXYZ';

export function createHttp(options: HttpOptions): Http {
  const end = new AbortController();
  const { promise: listening, resolve } = Promise.withResolvers<{ readonly url: string }>();
  const { app, routes } = createRoutes(options, end.signal);
  const limit = options.bodyBytes ?? defaultBodyBytes;
  const listener = getRequestListener(
    (request, env) => app.fetch(limited(request, limit), env as HttpBindings),
    {
      overrideGlobalObjects: false,
    },
  );
  const server = createServer((incoming, outgoing) => {
    // A connection whose last response ends after the abort would be kept alive for a next request.
    outgoing.once('close', () => end.signal.aborted && setImmediate(() => server.closeIdleConnections()));
    return listener(incoming, outgoing);
  });
  return {
    routes,
    listening,
    run: async (signal) => {
      await listen(server, options);
      resolve({ url: urlOf(server, options.host) });
      await closed(server, signal, () => end.abort());
    },
  };
}

type RouteContext = Context<{ Bindings: HttpBindings }>;

function createRoutes({ log }: HttpOptions, end: AbortSignal) {
  // The usual router is frozen by the first request; adapters register when they start.
  const app = new Hono<{ Bindings: HttpBindings }>({ router: new LinearRouter() });
  const handlers = new Map<string, Handler>();
  app.onError((error, context) => failed(error, context, log));
  app.notFound(() => new Response('There is nothing here.\n', { status: 404 }));
  const routes: Routes = {
    add: (method, path, handler) => {
      const key = `${method} ${path}`;
      if (!handlers.has(key))
        app.on(method, path, (context) => answer(context, handlers.get(key) ?? handler, end, log));
      handlers.set(key, handler);
    },
  };
  return { app, routes };
}

async function answer(
  context: RouteContext,
  handler: Handler,
  end: AbortSignal,
  log: Log,
): Promise<Response> {
  const address = context.env.incoming.socket.remoteAddress ?? '';
  const response = await handler(context.req.raw, context.req.param(), address);
  if (response.body === null) return response;
  const broken = (error: unknown) => {
    log.error({ error, path: context.req.path }, 'response broke off');
    // Cut off, so that nobody takes the part for the whole; an error passed on would print its message into it.
    (context.env.outgoing as ServerResponse).destroy();
  };
  return new Response(endingWith(response.body, end, broken), response);
}

/** The same stream, closed at the end of the process; cancelled at its source when the client goes away. */
function endingWith(
  body: ReadableStream<Uint8Array>,
  end: AbortSignal,
  broken: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const cancel = async (reason: unknown) => {
    end.removeEventListener('abort', stop);
    await reader.cancel(reason);
  };
  const stop = () => {
    cancel(end.reason).catch(broken);
  };
  onAbort(end, stop);
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        broken(error);
        return { done: true, value: undefined } as const;
      });
      if (!done) {
        controller.enqueue(value);
        return;
      }
      end.removeEventListener('abort', stop);
      controller.close();
    },
    cancel,
  });
}

function failed(error: Error, context: Context, log: Log): Response {
  if (error instanceof BodyTooLargeError) return new Response(`${error.message}\n`, { status: 413 });
  const letters = Array.from({ length: 4 }, () => referenceLetters[randomInt(referenceLetters.length)]);
  const reference = letters.join('');
  log.error({ error, reference, method: context.req.method, path: context.req.path }, 'request failed');
  return new Response(`Something went wrong on our side. Reference ${reference}.\n`, { status: 500 });
}

function listen(server: Server, { host, port }: HttpOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) => reject(explained(error, host, port));
    server.once('error', refuse);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', refuse);
      resolve();
    });
  });
}

function explained(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const refusal = (why: string) => new ConfigError(why, { cause: error });
  switch (error.code) {
    case 'EADDRINUSE':
      return refusal(
        `Port ${port} on ${host} is taken by another program. Stop it, or choose another port, e.g. WEB_PORT=${port + 1}`,
      );
    case 'EACCES':
      return refusal(
        `Port ${port} needs more rights than this process has. Choose one above 1023, e.g. WEB_PORT=4080`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return refusal(`WEB_HOST=${host} is no address of this machine. Example: WEB_HOST=127.0.0.1`);
    default:
      return error;
  }
}

function closed(server: Server, signal: AbortSignal, end: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      const force = setTimeout(() => server.closeAllConnections(), graceMs);
      server.close((error) => {
        clearTimeout(force);
        if (error === undefined) resolve();
        else reject(error);
      });
      end();
      server.closeIdleConnections();
    };
    onAbort(signal, stop);
  });
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
