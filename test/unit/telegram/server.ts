import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server answers to one call: a result, a refusal, or a status with a body that is no JSON. */
export type Answer =
  | { readonly result: unknown }
  | { readonly error_code: number; readonly description: string; readonly parameters?: object }
  | { readonly status: number; readonly body: string }
  /** The connection is cut. */
  | 'cut';

export interface Call {
  readonly method: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface BotApi {
  readonly url: string;
  readonly calls: readonly Call[];
  close(): Promise<void>;
}

/** A Bot API server that says what the test says; nothing of Telegram is in it. */
export async function serveBotApi(answer: (call: Call) => Answer): Promise<BotApi> {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const call = {
        method: request.url?.split('/').at(-1) ?? '',
        parameters: body === '' ? {} : JSON.parse(body),
      };
      calls.push(call);
      const given = answer(call);
      send(given, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function send(answer: Answer, response: ServerResponse): void {
  if (answer === 'cut') response.destroy();
  else if ('status' in answer) response.writeHead(answer.status).end(answer.body);
  else {
    const status = 'error_code' in answer ? answer.error_code : 200;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ok: status === 200, ...answer }));
  }
}
