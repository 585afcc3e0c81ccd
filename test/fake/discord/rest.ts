/** The REST API: which call is which, who may make it, and what it answers. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerUnderFaults, type Faults } from '../faults.ts';
import { applicationJson, changeApplication, type FakeApplication, guildsOf } from './application.ts';
import { isOfFile, partsOf, type SentFile, serveFile } from './files.ts';
import {
  answerInteraction,
  deleteOriginal,
  editOriginal,
  followUp,
  type InteractionDeps,
  putCommands,
} from './interactions.ts';
import type { Limits } from './limits.ts';
import {
  channelFor,
  createMessage,
  deleteMessage,
  editMessage,
  listMessages,
  messageIn,
} from './messages.ts';
import { channelJson, messageJson, userJson } from './payloads.ts';
import { Refusal, unauthorized } from './refusal.ts';
import { changeChannel, openPrivate, showTyping, startThread } from './threads.ts';
import type { Json } from './world.ts';

/** One call, as a test may look at it. */
export interface Recorded {
  readonly call: string;
  readonly method: string;
  readonly path: string;
  readonly body: Json;
  readonly at: number;
}

export interface RestDeps extends InteractionDeps {
  readonly faults: Faults;
  readonly limits: Limits | undefined;
  readonly requests: Recorded[];
  readonly access: { token: string };
  readonly application: FakeApplication;
  gatewayInfo(): Json;
}

interface Call {
  readonly name: string;
  readonly ids: readonly string[];
  readonly body: Json;
  readonly files: readonly SentFile[];
  readonly query: URLSearchParams;
}

interface Route {
  readonly name: string;
  readonly method: string;
  readonly pattern: RegExp;
  /** Interactions are their own proof. */
  readonly open?: true;
  answer(deps: RestDeps, call: Call): unknown;
}

const route = (
  name: string,
  method: string,
  path: string,
  answer: (deps: RestDeps, call: Call) => unknown,
  open?: true,
): Route => ({
  name,
  method,
  pattern: new RegExp(`^${path.replaceAll(':id', '(\\d+)').replaceAll(':token', '([\\w.-]+)')}$`),
  answer,
  ...(open === undefined ? {} : { open }),
});

const a = ({ ids }: Call) => ids[0] ?? '';
const b = ({ ids }: Call) => ids[1] ?? '';

const routes: readonly Route[] = [
  route('getGateway', 'GET', '/gateway/bot', (deps) => deps.gatewayInfo()),
  route('getMe', 'GET', '/users/@me', ({ world }) => userJson(world, world.bot.id)),
  route('getApplication', 'GET', '/applications/@me', ({ world, application }) =>
    applicationJson(world, application),
  ),
  route('editApplication', 'PATCH', '/applications/@me', ({ world, application }, call) =>
    changeApplication(world, application, call.body),
  ),
  route('listGuilds', 'GET', '/users/@me/guilds', ({ world, application }) => guildsOf(world, application)),
  route('createDm', 'POST', '/users/@me/channels', (deps, call) => openPrivate(deps, call.body)),
  route('getChannel', 'GET', '/channels/:id', ({ world }, call) =>
    channelJson(world, channelFor(world, a(call))),
  ),
  route('editChannel', 'PATCH', '/channels/:id', (deps, call) => changeChannel(deps, a(call), call.body)),
  route('listMessages', 'GET', '/channels/:id/messages', ({ world }, call) =>
    listMessages(world, a(call), call.query),
  ),
  route('getMessage', 'GET', '/channels/:id/messages/:id', ({ world }, call) => {
    channelFor(world, a(call));
    return messageJson(world, messageIn(world, a(call), b(call)));
  }),
  route('createMessage', 'POST', '/channels/:id/messages', (deps, call) =>
    createMessage(deps, a(call), call.body, call.files),
  ),
  route('editMessage', 'PATCH', '/channels/:id/messages/:id', (deps, call) =>
    editMessage(deps, a(call), b(call), call.body),
  ),
  route('deleteMessage', 'DELETE', '/channels/:id/messages/:id', (deps, call) =>
    deleteMessage(deps, a(call), b(call)),
  ),
  route('startThread', 'POST', '/channels/:id/messages/:id/threads', (deps, call) =>
    startThread(deps, a(call), b(call), call.body),
  ),
  route('typing', 'POST', '/channels/:id/typing', (deps, call) => showTyping(deps, a(call))),
  route('getCommands', 'GET', '/applications/:id/commands', ({ world }) => world.commands),
  route('putCommands', 'PUT', '/applications/:id/commands', (deps, call) => putCommands(deps, call.body)),
  route(
    'interactionCallback',
    'POST',
    '/interactions/:id/:token/callback',
    (deps, call) => answerInteraction(deps, a(call), b(call), call.body),
    true,
  ),
  route(
    'editOriginal',
    'PATCH',
    '/webhooks/:id/:token/messages/@original',
    (deps, call) => editOriginal(deps, b(call), call.body),
    true,
  ),
  route(
    'deleteOriginal',
    'DELETE',
    '/webhooks/:id/:token/messages/@original',
    (deps, call) => deleteOriginal(deps, b(call)),
    true,
  ),
  route('followUp', 'POST', '/webhooks/:id/:token', (deps, call) => followUp(deps, b(call), call.body), true),
];

export async function serve(
  deps: RestDeps,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (isOfFile(request.url ?? ''))
    return answerUnderFaults(
      deps.faults,
      { method: 'download', body: '' },
      response,
      () => () => serveFile(deps.world, request, response),
    );
  const { text, files } = await read(request);
  const url = new URL(request.url ?? '/', 'http://stand.in');
  const path = decodeURIComponent(url.pathname).replace(/^\/api\/v10/, '');
  const found = routes.find(({ method, pattern }) => method === request.method && pattern.test(path));
  if (found === undefined || !url.pathname.startsWith('/api/v10/'))
    return send(response, 404, { message: '404: Not Found', code: 0 }, {});
  const body = (text === '' ? {} : JSON.parse(text)) as Json;
  const ids = found.pattern.exec(path)?.slice(1) ?? [];
  const call: Call = { name: found.name, ids, body, files, query: url.searchParams };
  deps.requests.push({ call: found.name, method: found.method, path, body, at: deps.world.clock.now() });
  const known = found.open === true || request.headers.authorization === `Bot ${deps.access.token}`;
  await answerUnderFaults(deps.faults, { method: found.name, body: text }, response, () => {
    const { status, answer, headers } = apply(deps, found, call, known);
    return () => send(response, status, answer, headers);
  });
}

interface Answer {
  readonly status: number;
  readonly answer: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

function apply(deps: RestDeps, { name, open, answer }: Route, call: Call, known: boolean): Answer {
  try {
    if (!known) unauthorized();
    const headers = open === true ? {} : (deps.limits?.count(name, a(call)) ?? {});
    const result = answer(deps, call);
    return { status: result === undefined ? 204 : 200, answer: result, headers };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, answer: error.body, headers: error.headers };
  }
}

async function read(
  request: IncomingMessage,
): Promise<{ readonly text: string; readonly files: readonly SentFile[] }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const whole = Buffer.concat(chunks);
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return { text: whole.toString(), files: [] };
  const { payload, files } = await partsOf(type, whole);
  return { text: payload, files };
}

function send(
  response: ServerResponse,
  status: number,
  answer: unknown,
  headers: Readonly<Record<string, string>>,
): void {
  if (answer === undefined) response.writeHead(status, headers).end();
  else
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(answer));
}
