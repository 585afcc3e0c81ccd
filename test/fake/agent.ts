import type {
  Agent,
  AgentEvent,
  AgentMessage,
  AgentRequest,
  FileChanges,
  Part,
  PromptCall,
  SessionSnapshot,
} from '../../src/core/agent.ts';
import { AgentUnavailableError } from '../../src/core/errors.ts';
import { createShelf, historyOf, libraryOf, type Shelf, worksOf } from './library.ts';

/** A server in memory that does only what a test tells it to. */
export interface FakeAgent extends Agent {
  /** Prompts that arrived, oldest first. */
  readonly prompts: readonly PromptCall[];
  /** Replies to requests, as `<id> <reply>`. */
  readonly replies: readonly string[];
  readonly aborts: readonly string[];
  readonly dropPrompts: { next: number };
  readonly shelf: Shelf;
  /** What `diff` answers. */
  readonly changes: { value: FileChanges };
  /** The agent writes: the text so far, in the message that answers the newest prompt. */
  write(text: string, session?: string): void;
  /** One token. */
  token(text: string, session?: string): void;
  ask(request: AgentRequest): void;
  close(request: string, outcome: 'once' | 'reject' | 'answered'): void;
  /** The run ends: normally, or as given. */
  end(change?: Partial<AgentMessage>, session?: string): void;
  /** Somebody gives the session another title there. */
  retitle(title: string, session?: string): void;
  /** The server dies: the run is lost, and the stream. */
  die(): void;
  /** The stream ends, and calls fail; the run goes on. */
  away(since: number): void;
  back(): void;
}

interface Session {
  readonly id: string;
  readonly key: string;
  readonly stored: string[];
  busy: boolean;
  readonly messages: { message: AgentMessage; parts: Part[] }[];
  requests: AgentRequest[];
}

interface State {
  readonly sessions: Map<string, Session>;
  readonly tracked: Map<string, string>;
  readonly prompts: PromptCall[];
  readonly replies: string[];
  readonly aborts: string[];
  readonly drop: { next: number };
  readonly shelf: Shelf;
  readonly changes: { value: FileChanges };
  connected: boolean;
  since: number;
  listener: ((event: AgentEvent) => void) | undefined;
}

export function createFakeAgent(server: string): FakeAgent {
  const state: State = {
    sessions: new Map(),
    tracked: new Map(),
    prompts: [],
    replies: [],
    aborts: [],
    drop: { next: 0 },
    shelf: createShelf(),
    changes: { value: { files: 0, added: 0, removed: 0, patch: '' } },
    connected: true,
    since: 0,
    listener: undefined,
  };
  const { prompts, replies, aborts } = state;
  return {
    server,
    prompts,
    replies,
    aborts,
    dropPrompts: state.drop,
    shelf: state.shelf,
    changes: state.changes,
    ...callsOf(state, server),
    ...tricksOf(state),
  };
}

type Tricks = 'retitle' | 'write' | 'token' | 'ask' | 'close' | 'end' | 'die' | 'away' | 'back';
type Records = 'server' | 'prompts' | 'replies' | 'aborts' | 'dropPrompts' | 'shelf' | 'changes';

const tell = (state: State, event: AgentEvent): void => state.listener?.(event);

function reachable({ connected }: State): void {
  if (!connected) throw new AgentUnavailableError('the fake server is away');
}

function sessionOf(state: State, id = 'ses_1'): Session {
  const session = state.sessions.get(id);
  if (session === undefined) throw new Error(`no session ${id}`);
  return session;
}

function snapshotOf(state: State, id: string): void {
  const from = state.tracked.get(id);
  const session = state.sessions.get(id);
  if (!state.connected || from === undefined || session === undefined) return;
  const { busy, requests, stored } = session;
  const after = stored.slice(stored.indexOf(from));
  const messages = session.messages
    .filter(({ message }) => stored.includes(from) && after.includes(message.parent))
    .map(({ message, parts }) => ({ message, parts: [...parts] }));
  const snapshot: SessionSnapshot = { stored: stored.includes(from), busy, messages, requests };
  tell(state, { type: 'session-snapshot', session: id, snapshot });
}

function callsOf(state: State, server: string): Omit<FakeAgent, Tricks | Records> {
  const reply = async (line: string, id: string) => {
    reachable(state);
    state.replies.push(line);
    const session = [...state.sessions.values()].find(({ requests }) =>
      requests.some((one) => one.id === id),
    );
    if (session === undefined) return 'unknown';
    session.requests = session.requests.filter((one) => one.id !== id);
    return 'accepted';
  };
  return {
    status: () => ({
      server,
      connected: state.connected,
      since: state.since,
      version: '1',
      gate: 'asks',
      problem: '',
    }),
    run(onEvent, signal) {
      state.listener = onEvent;
      return new Promise((resolve) => {
        if (signal.aborted) resolve();
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    },
    track(ref, from) {
      state.tracked.set(ref.session, from);
      queueMicrotask(() => snapshotOf(state, ref.session));
    },
    expect: (ref, from) => void state.tracked.set(ref.session, from),
    untrack: (session) => void state.tracked.delete(session),
    disown() {},
    refresh: async (session) => snapshotOf(state, session),
    async createSession(_directory, _title, key) {
      reachable(state);
      const id = `ses_${state.sessions.size + 1}`;
      state.sessions.set(id, { id, key, stored: [], busy: false, messages: [], requests: [] });
      return id;
    },
    async findSession(_directory, key) {
      reachable(state);
      return [...state.sessions.values()].find((session) => session.key === key)?.id;
    },
    prompt: async (call) => arrive(state, call),
    // An image that cannot be read says so.
    reads: async (_directory, { bytes }) => !Buffer.from(bytes).includes('broken'),
    async abort({ session }) {
      reachable(state);
      state.aborts.push(session);
      finish(state, sessionOf(state, session), { failure: { kind: 'aborted', message: 'aborted' } });
    },
    replyPermission: (_ref, id, word, message) => reply([id, word, message ?? ''].join(' ').trim(), id),
    replyQuestion: (_ref, id, answers) => reply(`${id} ${JSON.stringify(answers)}`, id),
    rejectQuestion: (_ref, id) => reply(`${id} reject`, id),
    diff: async () => state.changes.value,
    library: libraryOf(state.shelf, () => state.connected),
    history: historyOf(state.shelf, () => state.connected),
    works: worksOf(state.shelf, () => state.connected),
    async offers() {
      reachable(state);
      return state.shelf.offers;
    },
    address: () => ({ url: 'http://127.0.0.1:4096', username: 'opencode' }),
  };
}

function arrive(state: State, call: PromptCall): void {
  reachable(state);
  state.prompts.push(call);
  if (state.drop.next > 0) {
    state.drop.next -= 1;
    return;
  }
  const { session: id } = call.ref;
  const session = sessionOf(state, id);
  if (!session.stored.includes(call.messageId)) session.stored.push(call.messageId);
  const text = call.parts.map((part) => part.text).join('\n');
  tell(state, { type: 'prompt-seen', session: id, message: call.messageId, text });
  if (!session.busy) tell(state, { type: 'session-started', session: id });
  session.busy = true;
}

/** The assistant message that answers the newest prompt; made where there is none. */
function answerOf(state: State, session: Session): { message: AgentMessage; parts: Part[] } {
  const parent = session.stored.at(-1) ?? '';
  const last = session.messages.at(-1);
  if (last !== undefined && last.message.completedAt === undefined && last.message.parent === parent)
    return last;
  const id = `msg_answer_${session.messages.length + 1}`;
  const message: AgentMessage = {
    id,
    session: session.id,
    parent,
    model: 'fake/model',
    agent: 'build',
    startedAt: Date.now(),
    tokens: 10,
    cost: 0,
  };
  const made = { message, parts: [] };
  session.messages.push(made);
  tell(state, { type: 'message-updated', session: session.id, message });
  return made;
}

function put(state: State, session: Session, text: string, done: boolean): void {
  const answer = answerOf(state, session);
  const id = `prt_${answer.message.id}`;
  const part: Part = { type: 'text', id, text, done, gap: false };
  answer.parts.splice(0, answer.parts.length, part);
  tell(state, { type: 'part-updated', session: session.id, message: answer.message.id, part });
}

function finish(state: State, session: Session, change: Partial<AgentMessage>): void {
  if (session.busy) {
    const answer = answerOf(state, session);
    const text = answer.parts[0];
    if (text?.type === 'text') put(state, session, text.text, true);
    answer.message = {
      ...answer.message,
      completedAt: Date.now(),
      ...(change.failure ? {} : { finish: 'stop' }),
      ...change,
    };
    tell(state, { type: 'message-updated', session: session.id, message: answer.message });
  }
  session.busy = false;
  tell(state, { type: 'session-settled', session: session.id });
}

function tricksOf(state: State): Pick<FakeAgent, Tricks> {
  return {
    write: (text, id) => put(state, sessionOf(state, id), text, false),
    token(text, id) {
      const session = sessionOf(state, id);
      const { message, parts } = answerOf(state, session);
      const part = parts[0];
      if (part?.type !== 'text') return put(state, session, text, false);
      parts[0] = { ...part, text: part.text + text };
      tell(state, { type: 'part-appended', session: session.id, message: message.id, part: part.id, text });
    },
    ask(request) {
      sessionOf(state, request.session).requests.push(request);
      tell(state, { type: 'request-asked', session: request.session, request });
    },
    close(request, outcome) {
      for (const session of state.sessions.values()) {
        if (!session.requests.some(({ id }) => id === request)) continue;
        session.requests = session.requests.filter(({ id }) => id !== request);
        tell(state, { type: 'request-closed', session: session.id, request, outcome });
      }
    },
    retitle: (title, session = 'ses_1') => tell(state, { type: 'session-renamed', session, title }),
    end: (change = {}, id) => finish(state, sessionOf(state, id), change),
    die() {
      state.connected = false;
      for (const session of state.sessions.values()) {
        session.busy = false;
        session.requests = [];
      }
      tell(state, { type: 'stream-lost', reason: 'died' });
    },
    away(since) {
      state.connected = false;
      state.since = since;
      tell(state, { type: 'stream-lost', reason: 'away' });
    },
    back() {
      state.connected = true;
      state.since = Date.now();
      tell(state, { type: 'stream-opened' });
      for (const session of state.tracked.keys()) snapshotOf(state, session);
    },
  };
}
