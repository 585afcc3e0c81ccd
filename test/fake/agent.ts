import type {
  Agent,
  AgentEvent,
  AgentMessage,
  AgentRequest,
  FileChanges,
  Part,
  PromptCall,
  RequestOutcome,
  SessionRef,
  SessionSnapshot,
} from '../../src/core/agent.ts';
import { AgentRefusedError, AgentUnavailableError } from '../../src/core/errors.ts';
import {
  type ServerMessageId,
  type ServerRequestId,
  type ServerSessionId,
  serverMessageId,
  serverSessionId,
} from '../../src/core/ids.ts';
import type { Doings } from '../../src/core/library.ts';
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
  close(request: ServerRequestId, outcome: RequestOutcome): void;
  /** A message of the run ends, and the run goes on with another. */
  step(session: string): void;
  /** Sessions that run. */
  busy(): readonly ServerSessionId[];
  /** What waits for an answer. */
  open(session: string): readonly AgentRequest[];
  /** Everything that was written, message by message; `lost`: its run died with the server. */
  transcript(session: string): readonly { readonly text: string; readonly lost: boolean }[];
  /** The run ends: normally, or as given. */
  end(change?: Partial<AgentMessage>, session?: string): void;
  /** Somebody says something at the server itself: a person or a program, and the agent works on it or not. */
  /** The server no longer has the session. */
  lose(session?: string): void;
  hear(
    text: string,
    how?: { readonly byProgram?: true; readonly note?: true; readonly session?: string },
  ): void;
  /** Somebody gives the session another title there. */
  retitle(title: string, session?: string): void;
  /** The server dies: the run is lost, and the stream. */
  die(): void;
  /** The stream ends, and calls fail; the run goes on. */
  away(since: number): void;
  back(): void;
}

interface Written {
  message: AgentMessage;
  /** Which run of the session it is of. */
  readonly run: number;
  readonly parts: Part[];
  /** The server died in its run. */
  lost: boolean;
  /** The stream ended while its text grew: the server has stored the beginning of the part, which is empty. */
  unheard: boolean;
}

interface Session {
  readonly id: ServerSessionId;
  readonly key: string;
  readonly stored: ServerMessageId[];
  busy: boolean;
  runs: number;
  readonly messages: Written[];
  /** How many there were when the run began. */
  begun: number;
  requests: AgentRequest[];
}

interface Span {
  readonly from: ServerMessageId;
  readonly until: ServerMessageId | undefined;
  readonly joined: ServerMessageId[];
}

interface State {
  readonly server: string;
  readonly sessions: Map<string, Session>;
  /** Between which prompts snapshots of a session are wanted. */
  readonly tracked: Map<string, Span>;
  /** What was said, by message. */
  readonly said: Map<string, { readonly text: string; readonly byProgram: boolean }>;
  readonly disowned: Set<string>;
  readonly prompts: PromptCall[];
  readonly replies: string[];
  readonly aborts: string[];
  readonly drop: { next: number };
  readonly shelf: Shelf;
  readonly changes: { value: FileChanges };
  connected: boolean;
  /** Sessions so far. */
  made: number;
  since: number;
  listener: ((event: AgentEvent) => void) | undefined;
}

export function createFakeAgent(server: string): FakeAgent {
  const state: State = {
    server,
    sessions: new Map(),
    tracked: new Map(),
    said: new Map(),
    disowned: new Set(),
    prompts: [],
    replies: [],
    aborts: [],
    drop: { next: 0 },
    shelf: createShelf(),
    changes: { value: { files: 0, added: 0, removed: 0, patch: '' } },
    connected: true,
    made: 0,
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
    ...looksOf(state),
  };
}

function looksOf(state: State): Pick<FakeAgent, Looks> {
  return {
    busy: () => [...state.sessions.values()].filter(({ busy }) => busy).map(({ id }) => id),
    open: (session) => sessionOf(state, session).requests,
    transcript: (session) =>
      sessionOf(state, session).messages.map(({ parts, lost }) => ({
        text: parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),
        lost,
      })),
  };
}

type Looks = 'busy' | 'open' | 'transcript';
type Tricks =
  | 'hear'
  | 'lose'
  | 'retitle'
  | 'write'
  | 'token'
  | 'ask'
  | 'close'
  | 'step'
  | 'end'
  | 'die'
  | 'away'
  | 'back';
type Records = 'server' | 'prompts' | 'replies' | 'aborts' | 'dropPrompts' | 'shelf' | 'changes';

/** Nobody hears what happens while the stream is lost. */
function tell(state: State, event: AgentEvent): void {
  if (state.connected || event.type === 'stream-lost') state.listener?.(event);
}

function reachable({ connected }: State): void {
  if (!connected) throw new AgentUnavailableError('the fake server is away');
}

function sessionOf(state: State, id = 'ses_1'): Session {
  const session = state.sessions.get(id);
  if (session === undefined) throw new Error(`no session ${id}`);
  return session;
}

function snapshotOf(state: State, id: ServerSessionId): void {
  const span = state.tracked.get(id);
  const session = state.sessions.get(id);
  if (!state.connected || span === undefined) return;
  if (session === undefined) {
    const snapshot = { stored: false, prompts: [], busy: false, messages: [], requests: [] };
    tell(state, { type: 'session-snapshot', session: id, snapshot });
    return;
  }
  const { from, until } = span;
  const { busy, requests, stored } = session;
  const end = until === undefined ? -1 : stored.indexOf(until);
  const start = stored.indexOf(from);
  const after = stored.slice(start, end <= start ? undefined : end);
  const ours = [from, ...span.joined];
  const own = session.messages.find(({ message }) => message.parent === from)?.run;
  const heads = new Map(session.messages.toReversed().map(({ run, message }) => [run, message.parent]));
  const all = session.messages.filter(
    ({ message, run }) =>
      stored.includes(from) &&
      after.includes(message.parent) &&
      (ours.includes(heads.get(run) ?? from) || run === own),
  );
  // What a lost run said goes with it, as soon as another one goes on or we know of it.
  const dead = all.findLastIndex(
    ({ message: { id: own, completedAt }, lost }, at) =>
      state.disowned.has(own) || (lost && completedAt === undefined && at < all.length - 1),
  );
  const messages = all.slice(dead + 1).map((one) => ({ message: one.message, parts: storedParts(one) }));
  const later = own !== undefined && session.messages.some((one) => one.run > own && !all.includes(one));
  const snapshot: SessionSnapshot = {
    stored: stored.includes(from),
    prompts: after,
    busy: busy && !later,
    ...(later ? { later } : {}),
    messages,
    requests: later ? [] : requests,
  };
  tell(state, { type: 'session-snapshot', session: id, snapshot });
}

/** As the server tells them that were begun before we listened: a text is stored at its beginning and at its end only. */
function storedParts({ parts, unheard }: Written): readonly Part[] {
  return parts.map((part) =>
    unheard && part.type === 'text' && !part.done ? { ...part, text: '', gap: true } : part,
  );
}

/** The stream ends. */
function unhear({ sessions }: State): void {
  for (const { messages } of sessions.values()) for (const written of messages) written.unheard = true;
}

function callsOf(state: State, server: string): Omit<FakeAgent, Tricks | Looks | Records> {
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
      unasked: [],
      modelless: false,
      problem: '',
    }),
    run(onEvent, signal) {
      state.listener = onEvent;
      queueMicrotask(() => tell(state, { type: 'stream-opened' }));
      return new Promise((resolve) => {
        const end = () => {
          if (state.listener === onEvent) {
            state.listener = undefined;
            state.tracked.clear();
          }
          resolve();
        };
        if (signal.aborted) end();
        signal.addEventListener('abort', end, { once: true });
      });
    },
    track(ref, from, { until, joined = [] } = {}) {
      state.tracked.set(ref.session, { from, until, joined: [...joined] });
      queueMicrotask(() => snapshotOf(state, ref.session));
    },
    expect: (ref, from) => void state.tracked.set(ref.session, { from, until: undefined, joined: [] }),
    untrack: (session) => void state.tracked.delete(session),
    disown: (messages) => messages.forEach((id) => void state.disowned.add(id)),
    refresh: async (session) => snapshotOf(state, session),
    async createSession(_directory, _title, key) {
      reachable(state);
      state.made += 1;
      const id = serverSessionId(`ses_${state.made}`);
      state.sessions.set(id, {
        id,
        key,
        stored: [],
        busy: false,
        runs: 0,
        messages: [],
        begun: 0,
        requests: [],
      });
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
    history: {
      ...historyOf(state.shelf, () => state.connected),
      async exists({ session }) {
        reachable(state);
        return state.sessions.has(session);
      },
      since: async (ref, at) => since(state, ref, at),
      async isBusy({ session }) {
        reachable(state);
        return state.sessions.get(session)?.busy ?? false;
      },
    },
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
  const span = state.tracked.get(id);
  if (span !== undefined && span.from !== call.messageId) span.joined.push(call.messageId);
  const session = state.sessions.get(id);
  if (session === undefined) throw new AgentRefusedError('The agent server refused: it does not know this.');
  const text = call.parts.map((part) => part.text).join('\n');
  store(state, session, call.messageId, { text, byProgram: false });
  begin(state, session);
}

function store(
  state: State,
  session: Session,
  message: ServerMessageId,
  said: { readonly text: string; readonly byProgram: boolean },
): void {
  if (!session.stored.includes(message)) session.stored.push(message);
  state.said.set(message, said);
  tell(state, { type: 'prompt-seen', session: session.id, message });
}

function begin(state: State, session: Session): void {
  if (session.busy) return;
  session.begun = session.messages.length;
  session.runs += 1;
  session.busy = true;
  tell(state, { type: 'session-started', session: session.id });
}

function since(state: State, { session: id }: SessionRef, at: number): Doings {
  reachable(state);
  const session = state.sessions.get(id);
  if (session === undefined) return { runs: [], at };
  const parents = new Map(session.messages.map(({ message, run }) => [message.parent, run]));
  const news = [...parents].filter(([parent]) =>
    session.messages.some(({ message }) => message.parent === parent && message.startedAt > at),
  );
  const runs = news.map(([message, run]) => {
    const head = session.messages.find((one) => one.run === run)?.message.parent;
    const { text = '', byProgram = false } = state.said.get(message) ?? {};
    return { message, text, byProgram, within: head === message ? undefined : head };
  });
  return { runs, at: Math.max(at, ...session.messages.map(({ message }) => message.startedAt)) };
}

/** The assistant message that answers the newest prompt; made where there is none. */
function answerOf(state: State, session: Session): Written {
  const parent = session.stored.at(-1) ?? serverMessageId('');
  const last = session.messages.at(-1);
  if (last?.message.completedAt === undefined && last?.lost === false) {
    if (last.message.parent === parent) return last;
    // What was sent into the run is answered from the next message on.
    complete(state, session, last, { finish: 'stop' });
  }
  const id = serverMessageId(`msg_answer_${session.id}_${session.messages.length + 1}`);
  const message: AgentMessage = {
    id,
    session: session.id,
    parent,
    model: 'fake/model',
    agent: 'build',
    // No two at the same time.
    startedAt: Math.max(Date.now(), 1 + (session.messages.at(-1)?.message.startedAt ?? 0)),
    tokens: 10,
    cost: 0,
  };
  const made: Written = { message, run: session.runs, parts: [], lost: false, unheard: false };
  const isFirst = !session.messages.some((one) => one.message.parent === parent);
  session.messages.push(made);
  const said = state.said.get(parent);
  if (isFirst && said !== undefined)
    tell(state, { type: 'run-seen', session: session.id, message: parent, ...said });
  tell(state, { type: 'message-updated', session: session.id, message });
  return made;
}

function put(state: State, session: Session, answer: Written, text: string, done: boolean): void {
  const id = `prt_${answer.message.id}`;
  const part: Part = { type: 'text', id, text, done, gap: false };
  answer.parts.splice(0, answer.parts.length, part);
  answer.unheard = false;
  tell(state, { type: 'part-updated', session: session.id, message: answer.message.id, part });
}

function finish(state: State, session: Session, change: Partial<AgentMessage>): void {
  if (session.busy) {
    const end = change.failure ? change : { finish: 'stop', ...change };
    complete(state, session, answerOf(state, session), end);
  }
  session.busy = false;
  session.requests = [];
  tell(state, { type: 'session-settled', session: session.id });
}

function complete(state: State, session: Session, answer: Written, change: Partial<AgentMessage>): void {
  const text = answer.parts[0];
  if (text?.type === 'text') put(state, session, answer, text.text, true);
  answer.message = { ...answer.message, completedAt: Date.now(), ...change };
  tell(state, { type: 'message-updated', session: session.id, message: answer.message });
}

function tricksOf(state: State): Pick<FakeAgent, Tricks> {
  return {
    write(text, id) {
      const session = sessionOf(state, id);
      put(state, session, answerOf(state, session), text, false);
    },
    token(text, id) {
      const session = sessionOf(state, id);
      const answer = answerOf(state, session);
      const { message, parts } = answer;
      const part = parts[0];
      if (part?.type !== 'text') return put(state, session, answer, text, false);
      parts[0] = { ...part, text: part.text + text };
      tell(state, { type: 'part-appended', session: session.id, message: message.id, part: part.id, text });
    },
    ask(request) {
      const session = sessionOf(state, request.session);
      const said = session.messages.at(-1);
      const text = said?.parts[0];
      if (said?.lost === false && text?.type === 'text' && !text.done)
        put(state, session, said, text.text, true);
      session.requests.push(request);
      tell(state, { type: 'request-asked', session: request.session, request });
    },
    close(request, outcome) {
      for (const session of state.sessions.values()) {
        if (!session.requests.some(({ id }) => id === request)) continue;
        session.requests = session.requests.filter(({ id }) => id !== request);
        tell(state, { type: 'request-closed', session: session.id, request, outcome });
      }
    },
    step(id) {
      const session = sessionOf(state, id);
      complete(state, session, answerOf(state, session), { finish: 'tool-calls' });
    },
    lose(id = 'ses_1') {
      state.sessions.delete(id);
    },
    hear(text, { byProgram = false, note = false, session: id } = {}) {
      const session = sessionOf(state, id);
      store(state, session, serverMessageId(`msg_there_${state.server}_${state.said.size}`), {
        text,
        byProgram,
      });
      if (!note) begin(state, session);
    },
    retitle: (title, session = 'ses_1') =>
      tell(state, { type: 'session-renamed', session: serverSessionId(session), title }),
    end: (change = {}, id) => finish(state, sessionOf(state, id), change),
    die() {
      state.connected = false;
      for (const session of state.sessions.values()) {
        if (session.busy) for (const written of session.messages.slice(session.begun)) written.lost = true;
        session.busy = false;
        session.requests = [];
      }
      unhear(state);
      tell(state, { type: 'stream-lost', reason: 'died' });
    },
    away(since) {
      state.connected = false;
      state.since = since;
      unhear(state);
      tell(state, { type: 'stream-lost', reason: 'away' });
    },
    back() {
      state.connected = true;
      state.since = Date.now();
      tell(state, { type: 'stream-opened' });
      for (const session of state.tracked.keys()) snapshotOf(state, serverSessionId(session));
    },
  };
}
