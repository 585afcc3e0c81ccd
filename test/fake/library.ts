import type { Todo } from '../../src/core/agent.ts';
import { AgentUnavailableError } from '../../src/core/errors.ts';
import { type ServerMessageId, type ServerSessionId, serverSessionId } from '../../src/core/ids.ts';
import type {
  ChangedFile,
  FileRead,
  History,
  Library,
  Offers,
  SaidBefore,
  SessionInfo,
  ToolOutput,
  Works,
} from '../../src/core/library.ts';

/** What the fake server has beside its runs; a test changes it as it likes. */
export interface Shelf {
  offers: Offers;
  readonly sessions: (SessionInfo & { readonly key?: string })[];
  todos: readonly Todo[];
  prompts: readonly SaidBefore[];
  reverted: ServerMessageId | undefined;
  /** What the session changed, and what is read of it; what is not there is absent. */
  changed: readonly ChangedFile[];
  readonly files: Map<string, FileRead>;
  outputs: readonly ToolOutput[];
  /** The next call of this name takes effect, and the process does not get to know. */
  failAfter: string | undefined;
  /** What was done, as `<call> <session> …`. */
  readonly done: string[];
}

export function createShelf(): Shelf {
  return {
    offers: {
      models: ['fake/model', 'fake/other'],
      takes: { 'fake/model': ['image/png', 'application/pdf'] },
      agents: [
        { name: 'build', description: 'Works' },
        { name: 'plan', description: 'Changes nothing' },
      ],
      commands: [{ name: 'review', description: 'Reviews', template: 'Review this: $ARGUMENTS' }],
      model: 'fake/model',
      agent: 'build',
    },
    sessions: [],
    todos: [],
    prompts: [],
    reverted: undefined,
    changed: [],
    files: new Map(),
    outputs: [],
    failAfter: undefined,
    done: [],
  };
}

function reachable(connected: () => boolean): void {
  if (!connected()) throw new AgentUnavailableError('the fake server is away');
}

export function libraryOf(shelf: Shelf, connected: () => boolean): Library {
  const note = (...words: readonly string[]) => {
    reachable(connected);
    shelf.done.push(words.join(' '));
  };
  const change = (id: ServerSessionId, more: Partial<SessionInfo & { key: string }>) => {
    const at = shelf.sessions.findIndex((one) => one.id === id);
    const known = shelf.sessions[at] ?? { id, title: '', updatedAt: 0, origin: undefined };
    shelf.sessions.splice(at < 0 ? 0 : at, at < 0 ? 0 : 1, { ...known, ...more });
  };
  return {
    async list() {
      reachable(connected);
      return shelf.sessions;
    },
    async rename({ session }, title) {
      note('rename', session, title);
      change(session, { title });
    },
    async claim({ session }, key, origin) {
      note('claim', session);
      change(session, { key, ...(origin === undefined ? {} : { origin }) });
    },
    async fork({ session }, origin) {
      note('fork', session);
      const id = serverSessionId(`${session}_fork`);
      change(id, { title: 'a fork', origin });
      return id;
    },
    compact: async ({ session }, model) => note('compact', session, model ?? 'default'),
    async todos() {
      reachable(connected);
      return shelf.todos;
    },
  };
}

export function historyOf(
  shelf: Shelf,
  connected: () => boolean,
): Omit<History, 'exists' | 'since' | 'isBusy'> {
  return {
    async read() {
      reachable(connected);
      return { prompts: shelf.prompts, reverted: shelf.reverted };
    },
    async revert({ session }, message) {
      reachable(connected);
      shelf.done.push(`revert ${session} ${message}`);
      shelf.reverted = message;
      if (shelf.failAfter !== 'revert') return;
      shelf.failAfter = undefined;
      throw new Error('the process is gone');
    },
    async unrevert({ session }) {
      reachable(connected);
      shelf.done.push(`unrevert ${session}`);
      shelf.reverted = undefined;
    },
  };
}

export function worksOf(shelf: Shelf, connected: () => boolean): Works {
  return {
    async changed() {
      reachable(connected);
      return shelf.changed;
    },
    async read(_ref, path, maxBytes) {
      reachable(connected);
      shelf.done.push(`read ${path}`);
      const found = shelf.files.get(path) ?? { type: 'absent' };
      return found.type === 'file' && found.bytes.length > maxBytes ? { type: 'too-large' } : found;
    },
    async outputs() {
      reachable(connected);
      return shelf.outputs;
    },
  };
}
