import { credentials, forgetSession } from './session.js';

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
  /** @type {{ source: AbortController | undefined, thread: string | undefined, failures: number, timer: number, watch: number }} */
  const state = { source: undefined, thread: undefined, failures: 0, timer: 0, watch: 0 };

  const close = () => {
    state.source?.abort();
    state.source = undefined;
    clearTimeout(state.timer);
    clearTimeout(state.watch);
  };

  const open = () => {
    close();
    const query = state.thread === undefined ? '' : `?thread=${encodeURIComponent(state.thread)}`;
    const source = new AbortController();
    state.source = source;
    const ended = () => {
      if (state.source === source) lost();
    };
    read(`/api/events${query}`, source.signal, (event) => {
      if (state.source !== source) return;
      state.failures = 0;
      watch();
      if (event.type === 'state') onConnection(true);
      if (event.type !== 'beat') onEvent(event);
    }).then(ended, ended);
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

/**
 * Events of a stream until it ends. Not an EventSource, which cannot show who asks: it sends what the browser sends by
 * itself, and that must be nothing.
 *
 * @param {string} path
 * @param {AbortSignal} signal
 * @param {(event: any) => void} onEvent
 */
async function read(path, signal, onEvent) {
  const response = await fetch(path, { headers: credentials(), signal, cache: 'no-store' });
  if (response.status === 401) return forgetSession();
  const reader = response.ok ? response.body?.pipeThrough(new TextDecoderStream()).getReader() : undefined;
  let rest = '';
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    const blocks = `${rest}${part.value}`.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) onEvent(JSON.parse(block.replace(/^data: /, '')));
  }
}
