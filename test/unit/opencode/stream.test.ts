import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { largestFrameCharacters } from '../../../src/opencode/sse.ts';
import { readStream } from '../../../src/opencode/stream.ts';
import { frames } from '../../../src/opencode/v1/frames.ts';

const times = { connectMs: 200, silenceMs: 300, firstRetryMs: 5, longestRetryMs: 20 };
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

type Behaviour = (response: ServerResponse, authorization: string | undefined) => void;

const stream: Behaviour = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(connected);
};

/** A server whose n-th connection behaves as the n-th entry, and a reader of it that writes down what it hears. */
async function listen(
  behaviours: readonly Behaviour[],
  patience = times,
): Promise<{ readonly heard: string[]; readonly seen: string[] }> {
  const heard: string[] = [];
  const seen: string[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    seen.push(`${request.url} ${request.headers.authorization}`);
    const behave = behaviours[Math.min(connections, behaviours.length - 1)];
    connections += 1;
    behave?.(response, request.headers.authorization);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = new AbortController();
  const reading = readStream(
    {
      format: frames,
      endpoint: async () => ({ url: `http://127.0.0.1:${port}`, username: 'u', password: 'p' }),
      clock: systemClock,
      times: patience,
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
  });
  return { heard, seen };
}

const until = (heard: readonly string[], last: string) =>
  expect.poll(() => heard, { timeout: 5_000 }).toContain(last);

describe('the reader of the event stream', () => {
  it('sends the password and passes events on', async () => {
    const { heard, seen } = await listen([
      (response, authorization) => {
        stream(response, authorization);
        response.write(idle('ses_1'));
      },
    ]);
    await until(heard, 'ses_1');
    expect(heard).toEqual(['opened', 'ses_1']);
    expect(seen).toEqual([`/global/event Basic ${Buffer.from('u:p').toString('base64')}`]);
  });

  it('connects again after a cut, and after a clean end', async () => {
    const { heard } = await listen([
      (response, authorization) => {
        stream(response, authorization);
        setImmediate(() => response.destroy());
      },
      (response, authorization) => {
        stream(response, authorization);
        response.end();
      },
      (response, authorization) => {
        stream(response, authorization);
        response.write(idle('ses_3'));
      },
    ]);
    await until(heard, 'ses_3');
    expect(heard.filter((entry) => entry === 'opened')).toHaveLength(3);
    expect(heard).toContain('lost: the server closed the stream');
  });

  it('notices a connection that stays open and silent', async () => {
    const { heard } = await listen([
      stream,
      (response, authorization) => {
        stream(response, authorization);
        response.write(idle('ses_2'));
      },
    ]);
    await until(heard, 'ses_2');
    expect(heard).toEqual(['opened', 'lost: the server fell silent', 'opened', 'ses_2']);
  });

  it('gives up on a server that accepts and never answers', async () => {
    const { heard } = await listen([() => {}, stream]);
    await until(heard, 'opened');
    expect(heard).toEqual(['lost: the server did not answer', 'opened']);
  });

  it('says that the password was refused', async () => {
    const { heard } = await listen([(response) => response.writeHead(401).end(), stream]);
    await until(heard, 'opened');
    expect(heard[0]).toBe('lost: the server refused the password');
  });

  it('takes a web page for what it is', async () => {
    const { heard } = await listen([
      (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      stream,
    ]);
    await until(heard, 'opened');
    expect(heard[0]).toBe('lost: the server has no event stream (status 200)');
  });

  it('skips a giant frame and one that is no JSON, and goes on', async () => {
    const giant: Behaviour = (response, authorization) => {
      stream(response, authorization);
      response.write(idle('x'.repeat(largestFrameCharacters)));
      response.write('data: {"nonsense\n\n');
      response.write(idle('ses_after'));
    };
    // So much takes its time on a busy machine.
    const { heard } = await listen([giant], { ...times, connectMs: 30_000, silenceMs: 30_000 });
    await until(heard, 'ses_after');
    expect(heard).toHaveLength(4);
    expect(heard.filter((entry) => entry.startsWith('garbled'))).toHaveLength(2);
    expect(heard).toContain('garbled: a frame was too large');
  });

  it('does not pass on what repeats other events', async () => {
    const { heard } = await listen([
      (response, authorization) => {
        stream(response, authorization);
        response.write(frame({ directory: '/p', payload: { type: 'sync', syncEvent: { properties: {} } } }));
        response.write(idle('ses_1'));
      },
    ]);
    await until(heard, 'ses_1');
    expect(heard).toEqual(['opened', 'ses_1']);
  });
});
