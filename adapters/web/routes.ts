/** The page's HTTP interface: which address does what, and for whom. */
import type { Routes } from '../../src/core/channel.ts';
import { UserError } from '../../src/core/errors.ts';
import { readJson, readText } from './body.ts';
import { addFileRoutes } from './file-routes.ts';
import { closed, open, type Params, problem, type Serve } from './guard.ts';
import { bodies } from './inbound.ts';
import { landing } from './landing.ts';
import type { Site } from './site.ts';
import { olderMessages, stateEvent } from './snapshot.ts';

export function addRoutes(routes: Routes, site: Site): void {
  const anyone = (serve: Serve) => open(site.gate, serve);
  const session = (serve: Serve) => closed(site.gate, serve);
  routes.add(
    'GET',
    '/',
    anyone((request) => entrance(site, request)),
  );
  routes.add(
    'POST',
    '/login',
    anyone((request) => login(site, request)),
  );
  routes.add(
    'GET',
    '/assets/:file',
    anyone((request, params) => site.assets.serve(named(params, 'file'), request)),
  );
  routes.add(
    'GET',
    '/api/events',
    session((request) => events(site, request)),
  );
  addFileRoutes(routes, site.files, session);
  addMessageRoutes(routes, site, session);
}

function addMessageRoutes(routes: Routes, site: Site, session: (serve: Serve) => Serve): void {
  const messages = '/api/threads/:thread/messages';
  const message = `${messages}/:message`;
  routes.add(
    'POST',
    '/api/threads',
    session(async (request) => {
      const { id } = await readJson(request, bodies.thread);
      await site.actions.makeThread(id);
      return Response.json({ id }, { status: 201 });
    }),
  );
  routes.add(
    'GET',
    messages,
    session(async (request, params) => earlierMessages(site, request, params)),
  );
  routes.add(
    'POST',
    messages,
    session(async (request, params) => {
      const sent = await site.actions.send(named(params, 'thread'), await readJson(request, bodies.message));
      return Response.json({ message: site.board.show(sent) }, { status: 202 });
    }),
  );
  routes.add(
    'PATCH',
    message,
    session(async (request, params) =>
      taken(site.actions.change(...place(params), await readJson(request, bodies.change))),
    ),
  );
  routes.add(
    'DELETE',
    message,
    session(async (_request, params) => taken(site.actions.withdraw(...place(params)))),
  );
  routes.add(
    'POST',
    `${message}/press`,
    session(async (request, params) =>
      taken(site.actions.press(...place(params), await readJson(request, bodies.press))),
    ),
  );
  routes.add(
    'POST',
    `${message}/form`,
    session(async (request, params) =>
      taken(site.actions.submit(...place(params), await readJson(request, bodies.form))),
    ),
  );
}

async function taken(action: Promise<void>): Promise<Response> {
  await action;
  return Response.json({}, { status: 202 });
}

/** The page itself, or what to do to see it. A key goes from the address into a cookie, so that it is not kept in the history. */
function entrance({ gate, assets }: Site, request: Request): Response {
  const key = new URL(request.url).searchParams.get('key');
  if (key !== null && gate.opensWithKey(key)) return enter(gate);
  if (gate.known(request)) return key === null ? assets.serve('index.html', request) : redirect();
  if (gate.asksPassword) return landing('no-password');
  return landing(key === null ? 'no-key' : 'wrong-key');
}

async function login({ gate }: Site, request: Request): Promise<Response> {
  try {
    const password = new URLSearchParams(await readText(request, 2000)).get('password') ?? '';
    const answer = gate.opensWithPassword(password);
    if (answer === 'yes') return enter(gate);
    return landing(answer === 'too-often' ? 'too-often' : 'wrong-password');
  } catch (error) {
    if (error instanceof UserError) return problem(413, error.message);
    throw error;
  }
}

function enter(gate: Site['gate']): Response {
  const response = redirect();
  response.headers.set('set-cookie', gate.cookie());
  return response;
}

function redirect(): Response {
  return new Response(null, { status: 303, headers: { location: '/', 'cache-control': 'no-store' } });
}

function events({ board, facts }: Site, request: Request): Promise<Response> {
  const thread = new URL(request.url).searchParams.get('thread') ?? undefined;
  return board.feed.open(thread, () => stateEvent(board, facts, thread));
}

async function earlierMessages({ board }: Site, request: Request, params: Params): Promise<Response> {
  const before = Number(new URL(request.url).searchParams.get('before') ?? Number.NaN);
  const page = await olderMessages(
    board,
    named(params, 'thread'),
    Number.isFinite(before) ? before : undefined,
  );
  return page === undefined ? problem(404, 'This thread is not here.') : Response.json(page);
}

function place(params: Params): [thread: string, message: string] {
  return [named(params, 'thread'), named(params, 'message')];
}

function named(params: Params, name: string): string {
  return params[name] ?? '';
}
