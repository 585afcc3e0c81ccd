/** The Web API over HTTP: tokens, scopes, limits, faults, then the method. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerUnderFaults, type Faults } from '../faults.ts';
import type { Limits } from './limits.ts';
import { argumentsOf, methods } from './methods.ts';
import { Refusal } from './refusal.ts';
import type { ResponseUrls } from './response-urls.ts';
import type { Sockets } from './sockets.ts';
import { transfer } from './transfers.ts';
import type { Announce, Json, World } from './world.ts';

export interface Tokens {
  readonly bot: string;
  readonly app: string;
}

export interface Request {
  readonly method: string;
  readonly args: Json;
  readonly body: string;
  readonly at: number;
}

export interface ApiDeps {
  readonly world: World;
  readonly announce: Announce;
  readonly sockets: Sockets;
  readonly urls: ResponseUrls;
  readonly limits: Limits | undefined;
  readonly faults: Faults;
  readonly requests: Request[];
  /** Tests change them: a revoked token, a scope that is missing. */
  readonly access: { tokens: Tokens; scopes: readonly string[] };
  readonly base: () => string;
}

/** The scope that a call needs. */
const scopes: Readonly<Record<string, string>> = {
  'chat.postMessage': 'chat:write',
  'chat.update': 'chat:write',
  'chat.delete': 'chat:write',
  'chat.postEphemeral': 'chat:write',
  'chat.startStream': 'chat:write',
  'chat.appendStream': 'chat:write',
  'chat.stopStream': 'chat:write',
  'assistant.threads.setStatus': 'chat:write',
  'agents.sessions.setStatus': 'chat:write',
  'agents.sessions.rename': 'chat:write',
  'users.info': 'users:read',
  'usergroups.list': 'usergroups:read',
  'users.conversations': 'channels:read',
  'conversations.replies': 'channels:history',
  'conversations.history': 'channels:history',
  'conversations.info': 'channels:read',
  'files.info': 'files:read',
  'files.getUploadURLExternal': 'files:write',
  'files.completeUploadExternal': 'files:write',
  'reactions.add': 'reactions:write',
};

export async function serve(
  deps: ApiDeps,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  const bytes = await bytesOf(request);
  const permits = (authorization: string) =>
    authorization === `Bearer ${deps.access.tokens.bot}` && deps.access.scopes.includes('files:read');
  if (await transfer({ ...deps, permits }, request, bytes, response)) return;
  const body = bytes.toString('utf8');
  if (path.startsWith('/response/')) return answered(deps, path.slice('/response/'.length), body, response);
  if (!path.startsWith('/api/')) return send(response, 404, { ok: false, error: 'not_found' });
  const method = path.slice('/api/'.length);
  const args = argumentsOf(String(request.headers['content-type'] ?? ''), body);
  deps.requests.push({ method, args, body, at: deps.world.clock.now() });
  await answerUnderFaults(deps.faults, { method, body }, response, () => {
    const result = called(deps, method, args, tokenOf(request, args));
    if (typeof result === 'number') {
      const wait = { 'retry-after': String(result) };
      return () => send(response, 429, { ok: false, error: 'ratelimited' }, wait);
    }
    return () => send(response, 200, result, { 'x-oauth-scopes': deps.access.scopes.join(',') });
  });
}

/** A number: the seconds to wait. */
function called(deps: ApiDeps, method: string, args: Json, token: string): Json | number {
  try {
    permit(deps, method, token);
    const wait = deps.limits?.check(method, String(args['channel'] ?? ''));
    if (wait !== undefined) return wait;
    if (method === 'apps.connections.open') {
      const url = `${deps.base().replace('http', 'ws')}/link/?ticket=${deps.sockets.ticket()}&app_id=A0APP`;
      return { ok: true, url };
    }
    const act = methods[method];
    if (act === undefined) throw new Refusal('unknown_method', { req_method: method });
    return act({ world: deps.world, announce: deps.announce, args });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ok: false, error: error.message, ...error.extra };
  }
}

function permit({ access }: ApiDeps, method: string, token: string): void {
  const { tokens } = access;
  if (token === '') throw new Refusal('not_authed');
  if (token !== tokens.bot && token !== tokens.app) throw new Refusal('invalid_auth');
  const wanted = method === 'apps.connections.open' ? tokens.app : tokens.bot;
  if (token !== wanted) throw new Refusal('not_allowed_token_type');
  const needed = scopes[method];
  if (needed !== undefined && !access.scopes.includes(needed))
    throw new Refusal('missing_scope', { needed, provided: access.scopes.join(',') });
}

function tokenOf(request: IncomingMessage, args: Json): string {
  const header = request.headers.authorization ?? '';
  return header.startsWith('Bearer ') ? header.slice('Bearer '.length) : String(args['token'] ?? '');
}

function answered({ urls }: ApiDeps, id: string, body: string, response: ServerResponse): void {
  try {
    urls.answer(id, JSON.parse(body) as Json);
    send(response, 200, { ok: true });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    send(response, 404, { ok: false, error: error.message });
  }
}

function send(
  response: ServerResponse,
  status: number,
  body: Json,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
