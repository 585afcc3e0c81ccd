/** Socket Mode: each envelope goes to exactly one of the open sockets, and waits there for its acknowledgement. */
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Json } from './world.ts';

/** What the app answered; undefined: nothing, because the socket closed or the time was over. */
export type Answer = Json | undefined;

export interface Sockets {
  /** One use each. */
  ticket(): string;
  /** How many have said hello and not closed. */
  open(): number;
  /** From now on new ones are opened and pinged and never greeted, or greeted again. */
  mute(muted: boolean): void;
  /** Resolves when one is open. */
  opened(): Promise<void>;
  /** Sends one envelope; resolves with the answer, or undefined when its socket closes or `deadline` is over. */
  send(envelope: Json, deadline: Promise<unknown>): Promise<Answer>;
  /** Tells one socket, or all of them, to go. */
  disconnect(reason: 'warning' | 'refresh_requested' | 'link_disabled', which?: 'one' | 'all'): void;
  /** Cuts the connections without a word. */
  cut(which?: 'one' | 'all'): void;
  /** How many connections were made. */
  readonly counts: { connected: number };
  close(): Promise<void>;
}

interface Link {
  readonly socket: WebSocket;
  readonly waiting: Map<string, (answer: Answer) => void>;
}

interface State {
  readonly links: Set<Link>;
  readonly tickets: Set<string>;
  readonly listeners: Set<() => void>;
  readonly counts: { connected: number };
  next: number;
  muted: boolean;
}

/** The platform pings at least every 30 s. */
const pingMs = 10_000;

export function createSockets(server: Server, app: string): Sockets {
  const state: State = {
    links: new Set(),
    tickets: new Set(),
    listeners: new Set(),
    counts: { connected: 0 },
    next: 0,
    muted: false,
  };
  const wss = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, stream, head) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const ticket = url.searchParams.get('ticket') ?? '';
    if (url.pathname !== '/link/' || !state.tickets.delete(ticket)) {
      stream.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    wss.handleUpgrade(request, stream, head, (socket) => welcome(state, socket, app));
  });
  const chosen = (which: 'one' | 'all') => [...state.links].slice(0, which === 'one' ? 1 : undefined);
  return {
    counts: state.counts,
    ticket() {
      const ticket = randomUUID();
      state.tickets.add(ticket);
      return ticket;
    },
    open: () => state.links.size,
    mute(muted) {
      state.muted = muted;
    },
    opened: () =>
      state.links.size > 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            state.listeners.add(resolve);
          }),
    send: (envelope, deadline) => send(state, envelope, deadline),
    disconnect(reason, which = 'one') {
      for (const link of chosen(which)) {
        state.links.delete(link);
        link.socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'fake' } }));
      }
    },
    cut(which = 'one') {
      for (const link of chosen(which)) link.socket.terminate();
    },
    async close() {
      for (const { socket } of state.links) socket.terminate();
      for (const client of wss.clients) client.terminate();
      wss.close();
    },
  };
}

function welcome(state: State, socket: WebSocket, app: string): void {
  const link: Link = { socket, waiting: new Map() };
  state.counts.connected += 1;
  const pings = setInterval(() => socket.ping('fake'), pingMs);
  if (state.muted) {
    socket.ping('fake');
    return void socket.on('close', () => clearInterval(pings));
  }
  state.links.add(link);
  socket.on('message', (data) => {
    const { envelope_id: id, payload } = JSON.parse(String(data)) as Json;
    link.waiting.get(String(id))?.((payload ?? {}) as Json);
  });
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    clearInterval(pings);
    state.links.delete(link);
    for (const give of link.waiting.values()) give(undefined);
  });
  const info = { host: 'fake', build_number: 1, approximate_connection_time: 18_060 };
  socket.send(
    JSON.stringify({
      type: 'hello',
      num_connections: state.links.size,
      connection_info: { app_id: app },
      debug_info: info,
    }),
  );
  socket.ping('fake');
  for (const listener of state.listeners) listener();
  state.listeners.clear();
}

async function send(state: State, envelope: Json, deadline: Promise<unknown>): Promise<Answer> {
  const links = [...state.links];
  const link = links[state.next % Math.max(1, links.length)];
  state.next += 1;
  if (link === undefined) return undefined;
  const id = randomUUID();
  const answered = new Promise<Answer>((resolve) => {
    link.waiting.set(id, resolve);
  });
  link.socket.send(JSON.stringify({ envelope_id: id, ...envelope }));
  try {
    return await Promise.race([answered, deadline.then(() => undefined)]);
  } finally {
    link.waiting.delete(id);
  }
}
