/** The reader of a real stream on this machine, by a clock that stands still until it is moved. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { largestFrameCharacters } from '../../../src/opencode/sse.ts';
import {
  connectTimeoutMs,
  firstRetryMs,
  longestSilenceMs,
  readStream,
} from '../../../src/opencode/stream.ts';
import { eventFrames } from '../../../src/opencode/v1/frames.ts';
import { createTestClock } from '../../clock.ts';

const connected = frame({ payload: { id: 'evt', type: 'server.connected', properties: {} } });
const stops: (() => Promise<void>)[] = [];

function frame(event: object): string {
  return `data: ${JSON.stringify(event)}\n\n`;
}

function idle(session: string): string {
  return frame({
    directory: '/p',
    payload: { id: 'evt', type: 'session.idle', properties: { sessionID: session } },
  });
}

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

type Behaviour = (response: ServerResponse) => void;

/** A stream that opens, says this and stays as it is. */
const says =
  (...frames: readonly string[]): Behaviour =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const text of [connected, ...frames]) response.write(text);
  };

interface Listening {
  /** All that the reader told so far. */
  readonly heard: readonly string[];
  /** What the server was asked for. */
  readonly seen: readonly string[];
  /** The newest connection, as the server has it. */
  readonly response: () => ServerResponse;
  /** Until the reader has told this. */
  hears(what: string): Promise<void>;
  /** Until the n-th connection has reached the server. */
  connects(nth: number): Promise<void>;
  advance(ms: number): Promise<void>;
  /** What the clock shows from now on, against what has passed. */
  setClockBack(ms: number): void;
}

/** A server whose n-th connection behaves as the n-th entry, and a reader of it whose clock stands still. */
async function listen(...behaviours: readonly Behaviour[]): Promise<Listening> {
  const clock = createTestClock();
  let behindMs = 0;
  const heard: string[] = [];
  const seen: string[] = [];
  const responses: ServerResponse[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.url} ${request.headers.authorization}`);
    const behave = behaviours[Math.min(responses.push(response), behaviours.length) - 1];
    behave?.(response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = new AbortController();
  const reading = readStream(
    {
      format: eventFrames,
      endpoint: async () => ({ url: `http://127.0.0.1:${port}`, username: 'u', password: 'p' }),
      // No jitter: the pause is what it is said to be.
      clock: { ...clock, now: () => clock.now() - behindMs, random: () => 0.5 },
      listener: {
        opened: () => heard.push('opened'),
        event: ({ payload }) => {
          heard.push(payload.type === 'session.idle' ? payload.properties.sessionID : payload.type);
        },
        lost: (reason) => heard.push(`lost: ${reason}`),
        garbled: (reason) => heard.push(`garbled: ${reason.slice(0, 25)}`),
      },
    },
    stop.signal,
  );
  stops.push(async () => {
    stop.abort();
    await reading;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(clock.sleepers()).toBe(0);
  });
  return {
    heard,
    seen,
    response: () => responses.at(-1) ?? expect.unreachable(),
    hears: (what) => expect.poll(() => heard).toContain(what),
    connects: (nth) => expect.poll(() => responses.length).toBe(nth),
    advance: (ms) => clock.advance(ms),
    setClockBack: (ms) => {
      behindMs += ms;
    },
  };
}

describe('the reader of the event stream', () => {
  it('sends the password and passes events on', async () => {
    const { heard, seen, hears } = await listen(says(idle('ses_1')));
    await hears('ses_1');
    expect(heard).toEqual(['opened', 'ses_1']);
    expect(seen).toEqual([`/global/event Basic ${Buffer.from('u:p').toString('base64')}`]);
  });

  it('connects again after a cut, and after a clean end, each time after a pause', async () => {
    const { heard, seen, hears, response, advance, connects } = await listen(
      says(idle('ses_1')),
      says(idle('ses_2')),
      says(idle('ses_3')),
    );
    await hears('ses_1');
    response().destroy();
    await expect.poll(() => heard).toHaveLength(3);
    expect(heard[2]).toMatch(/^lost: /);
    await advance(firstRetryMs - 1);
    expect(seen).toHaveLength(1);
    await advance(1);
    await hears('ses_2');
    response().end();
    await hears('lost: the server closed the stream');
    await advance(firstRetryMs);
    await connects(3);
    await hears('ses_3');
    expect(heard.filter((entry) => entry === 'opened')).toHaveLength(3);
  });

  it('notices a connection that stays open and silent, and none that says something in time', async () => {
    const { heard, hears, response, advance } = await listen(says(), says(idle('ses_2')));
    await hears('opened');
    await advance(longestSilenceMs - 1);
    response().write(idle('ses_1'));
    await hears('ses_1');
    await advance(longestSilenceMs - 1);
    expect(heard).toEqual(['opened', 'ses_1']);
    await advance(1);
    await hears('lost: the server fell silent');
    await advance(firstRetryMs);
    await hears('ses_2');
    expect(heard).toEqual(['opened', 'ses_1', 'lost: the server fell silent', 'opened', 'ses_2']);
  });

  it('gives up on a server that accepts and never answers', async () => {
    const { heard, hears, connects, advance } = await listen(() => {}, says());
    await connects(1);
    await advance(connectTimeoutMs - 1);
    expect(heard).toEqual([]);
    await advance(1);
    await hears('lost: the server did not answer');
    await advance(2 * firstRetryMs);
    await hears('opened');
    expect(heard).toEqual(['lost: the server did not answer', 'opened']);
  });

  it('gives up on one that answers and does not open the stream', async () => {
    const { heard, hears, advance } = await listen((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"nonsense\n\n');
      response.write(idle('ses_early'));
    });
    await hears(`garbled: ${'Unterminated string in JSON'.slice(0, 25)}`);
    await advance(connectTimeoutMs);
    await hears('lost: the server fell silent');
    expect(heard).not.toContain('ses_early');
  });

  it('is not misled by a clock that is set back', async () => {
    const { heard, hears, advance, setClockBack } = await listen(says(idle('ses_1')));
    await hears('ses_1');
    setClockBack(3_600_000);
    await advance(longestSilenceMs + connectTimeoutMs);
    await hears('lost: the server fell silent');
    expect(heard).toHaveLength(3);
  });

  it('says that the password was refused', async () => {
    const { heard, hears, advance } = await listen((response) => response.writeHead(401).end(), says());
    await hears('lost: the server refused the password');
    await advance(2 * firstRetryMs);
    await hears('opened');
    expect(heard).toHaveLength(2);
  });

  it('takes a web page for what it is', async () => {
    const { heard, hears, advance } = await listen(
      (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      says(),
    );
    await hears('lost: the server has no event stream (status 200)');
    await advance(2 * firstRetryMs);
    await hears('opened');
    expect(heard).toHaveLength(2);
  });

  it('skips a giant frame and one that is no JSON, and goes on', async () => {
    const giant = idle('x'.repeat(largestFrameCharacters));
    const { heard, hears } = await listen(says(giant, 'data: {"nonsense\n\n', idle('ses_after')));
    await hears('ses_after');
    expect(heard).toHaveLength(4);
    expect(heard.filter((entry) => entry.startsWith('garbled'))).toHaveLength(2);
    expect(heard).toContain('garbled: a frame was too large');
  });

  it('does not pass on what repeats other events', async () => {
    const sync = frame({ directory: '/p', payload: { type: 'sync', syncEvent: { properties: {} } } });
    const { heard, hears } = await listen(says(sync, idle('ses_1')));
    await hears('ses_1');
    expect(heard).toEqual(['opened', 'ses_1']);
  });
});
