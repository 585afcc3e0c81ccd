/** The page's HTTP interface: which address does what, and for whom. */
import type { Routes } from '../../src/core/channel.ts';
import { readJson } from './body.ts';
import { addFileRoutes } from './file-routes.ts';
import { closed, open, type Params, problem, type Serve, unsigned } from './guard.ts';
import { bodies } from './inbound.ts';
import type { Site } from './site.ts';
import { olderMessages, stateEvent } from './snapshot.ts';

export function addRoutes(routes: Routes, site: Site): void {
  const anyone = (serve: Serve) => open(site.gate, serve);
  const session = (serve: Serve) => closed(site.gate, serve);
  routes.add(
    'GET',
    '/',
    anyone((request) => site.assets.serve('index.html', request)),
  );
  addSessionRoutes(routes, site);
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

/** The page asks how it may come in, comes in, and leaves. */
function addSessionRoutes(routes: Routes, site: Site): void {
  const path = '/api/session';
  const { gate } = site;
  routes.add(
    'GET',
    path,
    unsigned(gate, (request) =>
      Response.json({ signedIn: gate.known(request), asks: gate.asksPassword ? 'password' : 'key' }),
    ),
  );
  routes.add(
    'POST',
    path,
    unsigned(gate, (request, _params, address) => signIn(site, request, address)),
  );
  routes.add(
    'DELETE',
    path,
    closed(gate, async (request) => {
      await gate.signOut(request);
      return Response.json({});
    }),
  );
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
  addThreadRoutes(routes, site, session);
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

/** What is done with whole threads. */
function addThreadRoutes(routes: Routes, { threads }: Site, session: (serve: Serve) => Serve): void {
  const thread = '/api/threads/:thread';
  routes.add(
    'GET',
    '/api/threads',
    session(async (request) => {
      const words = new URL(request.url).searchParams.get('find') ?? '';
      return Response.json({ threads: await threads.find(words.slice(0, 200)) });
    }),
  );
  routes.add(
    'PATCH',
    thread,
    session(async (request, params) => {
      const { archived } = await readJson(request, bodies.threadChange);
      return taken(threads.archive(named(params, 'thread'), archived));
    }),
  );
  routes.add(
    'DELETE',
    thread,
    session(async (_request, params) => taken(threads.remove(named(params, 'thread')))),
  );
}

async function taken(action: Promise<void>): Promise<Response> {
  await action;
  return Response.json({}, { status: 202 });
}

/** A key or a password for the token of a session. */
async function signIn({ gate }: Site, request: Request, address: string): Promise<Response> {
  const answer = await gate.signIn(await readJson(request, bodies.session), address);
  switch (answer.result) {
    case 'yes':
      return Response.json({ token: answer.token, mark: answer.mark }, { status: 201 });
    case 'too-often':
      return problem(429, 'There were too many wrong passwords from here. Wait a minute and try again.');
    case 'wrong':
      return problem(403, gate.asksPassword ? wrong.password : wrong.key);
  }
}

const wrong = {
  key: 'This key is not the right one; it may belong to another Dragoman. Use the address that this one printed when it started; it stands in the terminal or the log.',
  password: 'This is not the password. It is the value of WEB_PASSWORD where Dragoman runs.',
} as const;

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
