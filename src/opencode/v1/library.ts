/** Sessions of a server: their list, their names, forks and summaries. */
import type { SessionRef, Todo } from '../../core/agent.ts';
import { AgentRefusedError } from '../../core/errors.ts';
import { type ServerSessionId, serverSessionId } from '../../core/ids.ts';
import type { Library, SessionInfo } from '../../core/library.ts';
import type { Calls } from './calls.ts';
import { type Defaults, modelOf } from './defaults.ts';
import { todoOf } from './parts.ts';

/** Sessions that are listed, newest first; the server has no cursor here. */
const mostSessions = 1_000;
/** A summary is written by a model, which thinks about all that was said. */
const summaryTimeoutMs = 600_000;

type Metadata = Readonly<Record<string, unknown>>;

export function createLibrary(calls: Calls, defaults: (directory: string) => Promise<Defaults>): Library {
  return {
    list: (directory) => list(calls, directory),
    async rename({ session: sessionID, directory }, title) {
      await calls('rename the session', (client, options) =>
        client.session.update({ sessionID, directory, title }, options),
      );
    },
    claim: (ref, key, origin) => claim(calls, ref, key, origin),
    fork: (ref, origin) => fork(calls, ref, origin),
    compact: (ref, model) => compact(calls, defaults, ref, model),
    async todos({ session: sessionID, directory }): Promise<readonly Todo[]> {
      const todos = await calls('read the to-do list', (client, options) =>
        client.session.todo({ sessionID, directory }, options),
      );
      return todos.map((todo) => todoOf(todo));
    },
  };
}

async function list(calls: Calls, directory: string): Promise<readonly SessionInfo[]> {
  const sessions = await calls('list the sessions', (client, options) =>
    client.session.list({ directory, roots: true, limit: mostSessions }, options),
  );
  return sessions.map(({ id, title, time, metadata }) => {
    const origin: unknown = (metadata as Metadata | undefined)?.['dragomanOrigin'];
    return {
      id: serverSessionId(id),
      title,
      updatedAt: time.updated,
      origin: typeof origin === 'string' ? origin : undefined,
    };
  });
}

/** The server replaces metadata as a whole. */
async function claim(
  calls: Calls,
  { session: sessionID, directory }: SessionRef,
  key: string | undefined,
  origin: string | undefined,
): Promise<void> {
  const { metadata } = await calls('read the session', (client, options) =>
    client.session.get({ sessionID, directory }, options),
  );
  const { dragoman: _, ...kept } = (metadata ?? {}) as Metadata;
  const marked = {
    ...kept,
    ...(key === undefined ? {} : { dragoman: key }),
    ...(origin === undefined ? {} : { dragomanOrigin: origin }),
  };
  await calls('mark the session', (client, options) =>
    client.session.update({ sessionID, directory, metadata: marked }, options),
  );
}

/** The copy has the metadata of the original too (measured), and must not be found by its key. */
async function fork(
  calls: Calls,
  { session: sessionID, directory }: SessionRef,
  origin: string,
): Promise<ServerSessionId> {
  const copy = await calls('copy the session', (client, options) =>
    client.session.fork({ sessionID, directory }, options),
  );
  const session = serverSessionId(copy.id);
  await claim(calls, { session, directory }, undefined, origin);
  return session;
}

async function compact(
  calls: Calls,
  defaults: (directory: string) => Promise<Defaults>,
  { session: sessionID, directory }: SessionRef,
  model: string | undefined,
): Promise<void> {
  const chosen = model === undefined ? (await defaults(directory)).model : modelOf(model);
  if (chosen === undefined) throw new AgentRefusedError('No model is set up that could write the summary.');
  const { providerID, modelID } = chosen;
  await calls(
    'summarise the conversation',
    (client, options) => client.session.summarize({ sessionID, directory, providerID, modelID }, options),
    summaryTimeoutMs,
  );
}
