import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createHttp, type Http } from '../../../src/lib/http.ts';
import { createLog } from '../../../src/lib/log.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function serve(options: { readonly port?: number; readonly bodyBytes?: number } = {}) {
  const lines: string[] = [];
  const log = createLog({ level: 'debug', secrets: [], form: 'json', write: (line) => lines.push(line) });
  const http: Http = createHttp({ host: '127.0.0.1', port: 0, log, ...options });
  const stop = new AbortController();
  const run = http.run(stop.signal);
  const end = async () => {
    stop.abort();
    await run;
  };
  ends.push(end);
  const { url } = await Promise.race([http.listening, run.then(() => Promise.reject(new Error('ended')))]);
  return { http, url, lines, end };
}

/** A stream that says one thing, then stays open; tells when it was cancelled. */
function openStream() {
  const { promise: cancelled, resolve } = Promise.withResolvers<void>();
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode('data: hello\n\n')),
    cancel: () => resolve(),
  });
  return { body, cancelled };
}

async function firstChunk(
  response: Response,
): Promise<{ text: string; rest: ReadableStreamDefaultReader<Uint8Array> }> {
  const rest = response.body?.getReader();
  if (rest === undefined) throw new Error('no body');
  const { value } = await rest.read();
  return { text: new TextDecoder().decode(value), rest };
}

test('a route gets the request and its path parameters; anything else is not found', async () => {
  const { http, url } = await serve();
  http.routes.add('POST', '/threads/:id/messages', async (request, params) =>
    Response.json(
      { id: params['id'], body: await request.json(), origin: request.headers.get('origin') },
      { status: 201 },
    ),
  );
  const response = await fetch(`${url}/threads/a%20b/messages`, {
    method: 'POST',
    body: JSON.stringify({ text: 'hi' }),
    headers: { origin: 'http://elsewhere' },
  });
  expect(response.status).toBe(201);
  expect(await response.json()).toEqual({ id: 'a b', body: { text: 'hi' }, origin: 'http://elsewhere' });
  expect((await fetch(`${url}/threads/1`)).status).toBe(404);
});

test('routes may come after the first request, and registering again replaces', async () => {
  const { http, url } = await serve();
  expect((await fetch(`${url}/page`)).status).toBe(404);
  http.routes.add('GET', '/page', () => new Response('first'));
  expect(await (await fetch(`${url}/page`)).text()).toBe('first');
  http.routes.add('GET', '/page', () => new Response('second'));
  expect(await (await fetch(`${url}/page`)).text()).toBe('second');
});

test('an error is a 500 with a reference that the log knows, and says nothing of its cause', async () => {
  const { http, url, lines } = await serve();
  http.routes.add('GET', '/broken', () => {
    throw new Error('the inside of things');
  });
  const response = await fetch(`${url}/broken`);
  const text = await response.text();
  expect(response.status).toBe(500);
  expect(text).not.toContain('inside');
  const reference = /Reference (\w{4})\./.exec(text)?.[1];
  expect(lines.filter((line) => line.includes(`"reference":"${reference}"`))).toHaveLength(1);
});

test('a body over the limit is refused, announced or not', async () => {
  const { http, url } = await serve({ bodyBytes: 1000 });
  http.routes.add('POST', '/in', async (request) => new Response(String((await request.text()).length)));
  const chunked = (length: number) => {
    const body = new Blob(['x'.repeat(length)]).stream();
    return { method: 'POST', body, duplex: 'half' } as const;
  };
  expect((await fetch(`${url}/in`, { method: 'POST', body: 'x'.repeat(2000) })).status).toBe(413);
  expect((await fetch(`${url}/in`, chunked(2000))).status).toBe(413);
  expect(await (await fetch(`${url}/in`, { method: 'POST', body: 'x'.repeat(999) })).text()).toBe('999');
  expect(await (await fetch(`${url}/in`, chunked(500))).text()).toBe('500');
});

test('what a stream says arrives at once, and its source hears when the client goes away', async () => {
  const { http, url } = await serve();
  const { body, cancelled } = openStream();
  const aborted = Promise.withResolvers<void>();
  http.routes.add('GET', '/events', (request) => {
    request.signal.addEventListener('abort', () => aborted.resolve());
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  });
  const client = new AbortController();
  const response = await fetch(`${url}/events`, { signal: client.signal });
  const { text } = await firstChunk(response);
  expect(text).toBe('data: hello\n\n');
  client.abort();
  await cancelled;
  await aborted.promise;
});

test('open streams are ended, cleanly for the reader, when the process ends', async () => {
  const { http, url, end } = await serve();
  const { body, cancelled } = openStream();
  http.routes.add(
    'GET',
    '/events',
    () => new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
  );
  const { rest } = await firstChunk(await fetch(`${url}/events`));
  await end();
  await cancelled;
  expect(await rest.read()).toMatchObject({ done: true });
  await expect(fetch(`${url}/events`)).rejects.toThrow();
});

test('a stream that breaks is cut off, without taking the server with it', async () => {
  const { http, url } = await serve();
  http.routes.add('GET', '/broken', () => {
    const steps = { said: false };
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        if (steps.said) throw new Error('source broke');
        steps.said = true;
        controller.enqueue(new TextEncoder().encode('half'));
      },
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  });
  http.routes.add('GET', '/ok', () => new Response('ok'));
  await expect(fetch(`${url}/broken`).then((response) => response.text())).rejects.toThrow();
  expect(await (await fetch(`${url}/ok`)).text()).toBe('ok');
});

test('a taken port is refused with the port and the variable that changes it', async () => {
  const { url } = await serve();
  const port = Number(new URL(url).port);
  await expect(serve({ port })).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is taken by another program. Stop it, or choose another port, e.g. WEB_PORT=${port + 1}`,
  );
  ends.pop();
});

test('a half-open connection does not hold up the end', async () => {
  const { url, end } = await serve();
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await new Promise((resolve) => socket.write('GET / HTTP/1.1\r\nHost: x\r\n', resolve));
  await end();
  await closed;
});
