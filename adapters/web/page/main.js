/**
 * The page put together: what the server tells goes to its part, and what the person does goes to the server. The
 * only file that knows all others.
 */
import { api } from './api.js';
import { createChips, createComposer } from './composer.js';
import { byId, newId } from './dom.js';
import { createFeed } from './feed.js';
import { listenToKeys } from './keys.js';
import { showList, stateWords } from './list.js';
import { createNotifications } from './notify.js';
import { createOutbox } from './outbox.js';
import { see } from './seen.js';
import { signOut } from './session.js';
import { createThreadView } from './thread.js';
import { createThreadTools } from './threads.js';
import { toast } from './toasts.js';

/** @typedef {import('./types.js').Thread} Thread */

/** How long "Heard" stands when nothing follows. */
const typingMs = 10_000;
/** A connection that comes back sooner is not worth a word. */
const quietMs = 1500;
/** The list says how long ago something was, in minutes. */
const minuteMs = 60_000;

byId('sign-in').hidden = true;
byId('page').hidden = false;

/** @type {{ threads: Map<string, Thread>, current: string | undefined, loaded: boolean, typing: number, lost: number }} */
const page = { threads: new Map(), current: undefined, loaded: false, typing: 0, lost: 0 };

const outbox = createOutbox({ onChange: () => refresh() });
const view = createThreadView({
  outbox,
  actions: {
    press: (message, token) => attempt(() => api.press(here(), message, { id: newId(), token })),
    submit: (message, token, fields) =>
      attempt(() => api.submit(here(), message, { id: newId(), token, fields })),
    change: (message, text) => attempt(() => api.change(here(), message, { id: newId(), text })),
    withdraw: (message) => attempt(() => api.withdraw(here(), message)),
    reply: (message) => composer.reply(message.id, view.quote(message.id)),
    quote: (id) => view.quote(id),
  },
});
const composer = createComposer({ onSend: send, onProblem: toast });
const chips = createChips((text) => send(text, null, []));
const notifications = createNotifications();
const tools = createThreadTools({
  attempt,
  current: () => page.threads.get(here()),
  onChange: () => refresh(),
});
const feed = createFeed({ onEvent: apply, onConnection: showConnection });

const here = () => page.current ?? '';

/** True: it was taken. @param {() => Promise<unknown>} action */
async function attempt(action) {
  try {
    await action();
    return true;
  } catch (error) {
    toast(error instanceof Error ? error.message : String(error));
    return false;
  }
}

/** @param {string} text @param {string | null} replyTo @param {import('./types.js').WireFile[]} files */
function send(text, replyTo, files) {
  const thread = page.current ?? newId();
  const first = page.current === undefined;
  outbox.add({ thread, first, text, files, replyTo });
  chips.setOpen(false);
  if (first) location.hash = thread;
  view.toEnd();
}

/** @param {import('./types.js').FeedEvent} event */
function apply(event) {
  switch (event.type) {
    case 'state':
      return applyState(event.state);
    case 'thread':
      page.threads.set(event.thread.id, event.thread);
      notifications.heard(event.thread);
      return refresh();
    case 'thread-removed':
      page.threads.delete(event.thread);
      if (event.thread === page.current) location.hash = 'list';
      return refresh();
    case 'message':
      if (event.thread === page.current) putMessage(event.message);
      return undefined;
    case 'removed':
      if (event.thread === page.current) view.drop(event.id);
      return undefined;
    case 'typing':
      return showTyping(event.thread === page.current);
    case 'whisper':
      return toast(event.text);
  }
}

/** @param {import('./types.js').PageState} state */
function applyState(state) {
  page.threads = new Map(state.threads.map((thread) => [thread.id, thread]));
  notifications.begin(state.threads);
  composer.offer(state.commands);
  composer.limit(state.fileLimits);
  if (!page.loaded) chips.offer(state.suggestions, page.current === undefined);
  page.loaded = true;
  if (page.current === undefined && page.threads.size === 0) showSide(false);
  if (state.thread !== null && state.thread.id === page.current) {
    for (const message of state.thread.messages) if (message.from === 'person') outbox.arrived(message.key);
    const kept = view.replace(state.thread.messages, state.thread.more);
    if (!kept) byId('earlier').hidden = !state.thread.more;
  }
  view.ready();
  outbox.resume();
  refresh();
}

/** @param {import('./types.js').Message} message */
function putMessage(message) {
  if (message.from === 'person') outbox.arrived(message.key);
  else showTyping(false);
  view.put(message);
  showEmpty();
}

/** @param {boolean} on */
function showTyping(on) {
  clearTimeout(page.typing);
  byId('typing').hidden = !on;
  if (on) page.typing = setTimeout(() => showTyping(false), typingMs);
}

/** @param {boolean} open */
function showConnection(open) {
  const line = byId('connection');
  clearTimeout(page.lost);
  if (open) line.hidden = true;
  else
    page.lost = setTimeout(() => {
      line.textContent = 'Dragoman does not answer; trying again. What you send is kept.';
      line.hidden = false;
    }, quietMs);
}

/** Shows the list, the heading and the title of the tab as they now are. */
function refresh() {
  const threads = allThreads();
  const thread = threads.find(({ id }) => id === page.current);
  if (thread !== undefined) see(thread);
  const listed = tools.shown(threads);
  showList(listed, page.current, tools.empty());
  tools.show(page.threads.get(here()));
  byId('title').textContent = thread?.title ?? 'New thread';
  const state = byId('state');
  state.textContent = thread === undefined ? '' : stateWords[thread.state];
  state.className = `state ${thread?.state ?? ''}`;
  const waiting = threads.filter((each) => each.state === 'waiting').length;
  document.title = `${waiting > 0 ? `(${waiting}) ` : ''}${thread ? `${thread.title} · ` : ''}Dragoman`;
  view.showOutgoing(page.current === undefined ? [] : outbox.of(page.current));
  showEmpty();
}

/** What the server knows, and what it will know when it answers again. @returns {Thread[]} */
function allThreads() {
  const known = [...page.threads.values()].sort((a, b) => b.activeAt - a.activeAt);
  const coming = outbox.first().filter(({ thread }) => !page.threads.has(thread));
  const shown = coming.map(({ thread, text, files = [], at }) => {
    return {
      id: thread,
      title: text.split('\n')[0] || files.map(({ name }) => name).join(', '),
      createdAt: at,
      activeAt: at,
      state: /** @type {const} */ ('queued'),
    };
  });
  return [...shown, ...known];
}

function showEmpty() {
  const unknown =
    page.current !== undefined && page.loaded && !allThreads().some(({ id }) => id === page.current);
  const empty = view.isEmpty() && (page.current === undefined || unknown);
  byId('empty').hidden = !empty;
  byId('empty-title').textContent = unknown ? 'This thread is not here' : 'What should the agent do?';
  byId('empty-text').textContent = unknown
    ? 'It may belong to another Dragoman. Choose one from the list, or start a new one.'
    : 'Say it as you would to a colleague. The answer grows here, and so do its questions and requests.';
}

/** On a phone there is room for the list or for a thread. @param {boolean} list */
function showSide(list) {
  document.body.dataset.view = list ? 'list' : 'thread';
}

/** Shows the thread that the address names. */
function navigate() {
  const name = location.hash.slice(1);
  const list = name === '' || name === 'list';
  page.current = list || name === 'new' ? undefined : name;
  showSide(list && (!page.loaded || page.threads.size > 0));
  view.clear();
  showTyping(false);
  byId('earlier').hidden = true;
  composer.show(page.current ?? 'new');
  chips.setOpen(page.current === undefined);
  feed.show(page.current);
  refresh();
  if (!composer.touch()) composer.focus();
}

/** Goes to the thread above or below in the list. @param {number} step */
function move(step) {
  const threads = tools.shown(allThreads());
  const index = threads.findIndex(({ id }) => id === page.current);
  const next = threads[Math.max(0, Math.min(threads.length - 1, index + step))];
  if (next !== undefined) location.hash = next.id;
}

async function showEarlier() {
  await attempt(async () => {
    const { messages, more } = await api.earlier(here(), view.oldest());
    view.putEarlier(messages);
    byId('earlier').hidden = !more;
  });
}

byId('earlier').addEventListener('click', showEarlier);
addEventListener('hashchange', navigate);
document.addEventListener('visibilitychange', refresh);
setInterval(refresh, minuteMs);
byId('sign-out').addEventListener('click', signOut);
listenToKeys({
  write: composer.focus,
  move,
  stop: () => {
    if (!composer.stopReply()) view.stopButton()?.click();
  },
});
navigate();
