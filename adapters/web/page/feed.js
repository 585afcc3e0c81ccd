/** Pauses between tries, in milliseconds; the last one repeats. A restart of the server takes a few seconds. */
const pauses = [300, 700, 1500, 3000, 5000];
/** The server beats every 15 s: silence for longer than two beats means that the connection is dead. */
const silenceMs = 40_000;

/**
 * Keeps one event stream open for the thread that is shown. Every (re)connect begins with the whole state, so
 * nothing has to be remembered here.
 *
 * @param {{ onEvent: (event: import('./types.js').FeedEvent) => void, onConnection: (open: boolean) => void }} told
 */
export function createFeed({ onEvent, onConnection }) {
  /** @type {{ source: EventSource | undefined, thread: string | undefined, failures: number, timer: number, watch: number }} */
  const state = { source: undefined, thread: undefined, failures: 0, timer: 0, watch: 0 };

  const close = () => {
    state.source?.close();
    clearTimeout(state.timer);
    clearTimeout(state.watch);
  };

  const open = () => {
    close();
    const query = state.thread === undefined ? '' : `?thread=${encodeURIComponent(state.thread)}`;
    const source = new EventSource(`/api/events${query}`);
    state.source = source;
    source.onmessage = ({ data }) => {
      if (state.source !== source) return;
      state.failures = 0;
      watch();
      const event = JSON.parse(data);
      if (event.type === 'state') onConnection(true);
      if (event.type !== 'beat') onEvent(event);
    };
    source.onerror = () => {
      if (state.source === source) lost();
    };
    watch();
  };

  const watch = () => {
    clearTimeout(state.watch);
    state.watch = setTimeout(lost, silenceMs);
  };

  const lost = () => {
    close();
    onConnection(false);
    const pause = pauses[Math.min(state.failures, pauses.length - 1)] ?? 5000;
    state.failures += 1;
    if (state.failures % 3 === 0) reloadWhereSignedOut();
    state.timer = setTimeout(open, pause);
  };

  addEventListener('online', () => open());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && state.failures > 0) open();
  });

  return {
    /** @param {string | undefined} thread */
    show(thread) {
      state.thread = thread;
      open();
    },
  };
}

/** An event stream does not say why it failed; a page without its session has to show how to come in. */
async function reloadWhereSignedOut() {
  const response = await fetch('/api/threads/none/messages').catch(() => undefined);
  if (response?.status === 401) location.reload();
}
