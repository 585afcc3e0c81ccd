import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerUnderFaults, type Faults } from '../faults.ts';
import type { Downloads } from './downloads.ts';
import type { Call } from './methods/call.ts';
import type { Methods } from './methods/table.ts';
import { given, type Parameters } from './parameters.ts';
import type { Rates } from './rates.ts';
import { Refusal } from './refusal.ts';
import type { World } from './world.ts';

/** A call as it came, without the token. */
export interface Recorded {
  readonly method: string;
  readonly parameters: Parameters;
  /** As it came over the wire. */
  readonly body: string;
  readonly at: number;
}

export interface ServerDeps {
  readonly world: World;
  readonly rates: Rates;
  readonly methods: Methods;
  readonly faults: Faults;
  readonly recorded: Recorded[];
  readonly downloads: Downloads;
  /** A test changes it: a token that was revoked. */
  readonly access: { token: string };
}

export async function serve(
  deps: ServerDeps,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const [, file = '', token = '', rest = ''] = /^(\/file)?\/bot([^/]*)\/(.*)$/.exec(pathname) ?? [];
  const { parameters, files, body } = await given(request, searchParams);
  const method = file === '' ? rest : 'getFileBytes';
  deps.recorded.push({ method, parameters, body, at: deps.world.now() });
  const leaving = new AbortController();
  response.once('close', () => leaving.abort());
  await answerUnderFaults(deps.faults, { method, body }, response, async () => {
    if (file !== '') return download(deps, token, rest, response);
    const call: Call = {
      world: deps.world,
      rates: deps.rates,
      method,
      parameters,
      files,
      gone: leaving.signal,
    };
    const outcome = await called(deps, token, call);
    return () => send(response, outcome);
  });
}

interface Outcome {
  readonly status: number;
  readonly answer: object;
}

async function called({ methods, access }: ServerDeps, token: string, call: Call): Promise<Outcome> {
  try {
    if (!/^\d+:[\w-]+$/.test(token)) throw new Refusal(404, 'Not Found');
    if (token !== access.token) throw new Refusal(401, 'Unauthorized');
    const act = methods[call.method.toLowerCase()];
    if (act === undefined) throw new Refusal(404, 'Not Found: method not found');
    return { status: 200, answer: { ok: true, result: await act(call) } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code, message, parameters } = error;
    const more = parameters === undefined ? {} : { parameters };
    return { status: code, answer: { ok: false, error_code: code, description: message, ...more } };
  }
}

function download(deps: ServerDeps, token: string, path: string, response: ServerResponse): () => void {
  const file = [...deps.world.files.values()].find((one) => one.path !== '' && one.path === path);
  return () => {
    if (token === deps.access.token && file !== undefined) deps.downloads.serve(response, file.bytes);
    else response.writeHead(404).end();
  };
}

function send(response: ServerResponse, { status, answer }: Outcome): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer));
}
