/** Stands between the agent server and the model, and holds answers half-said for as long as a test needs them so. */
import { once } from 'node:events';
import { createServer, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Valve {
  /** Base address of the API, as the model has it. */
  readonly url: string;
  /** From now on answers stop after their first words; titles are shorter than that. */
  shut(): void;
  /** What waits goes on, and nothing stops any more. */
  open(): void;
  close(): Promise<void>;
}

/** Frames of an answer that pass a shut valve: a word each. */
const mostFrames = 40;

export async function createValve(model: string): Promise<Valve> {
  const target = new URL(model);
  let opened = Promise.withResolvers<void>();
  opened.resolve();
  const server = createServer((asked, response) => {
    const url = new URL(asked.url ?? '/', target);
    const asking = request(url, { method: asked.method, headers: asked.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      // A killed server takes its connection along, and with it what waits.
      pass(answer, response, () => opened.promise).catch((error: Error) => response.destroy(error));
    });
    asking.on('error', (error) => response.destroy(error));
    asked.pipe(asking);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${target.pathname}`,
    shut: () => {
      opened.resolve();
      opened = Promise.withResolvers();
    },
    open: () => opened.resolve(),
    close: async () => {
      opened.resolve();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function pass(
  answer: AsyncIterable<Buffer>,
  response: ServerResponse,
  opened: () => Promise<void>,
): Promise<void> {
  let frames = 0;
  for await (const chunk of answer) {
    if (frames >= mostFrames) await opened();
    if (response.destroyed) return;
    response.write(chunk);
    frames += chunk.toString('latin1').split('data:').length - 1;
  }
  response.end();
}
