/** The gateway: sessions that outlive their sockets, resumed with a replay of what they missed. */
import type { Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Faults } from '../faults.ts';
import { guildJson, userJson } from './payloads.ts';
import type { Json, World } from './world.ts';

const intent = { guilds: 1, guildMessages: 1 << 9, directMessages: 1 << 12, messageContent: 1 << 15 };

interface Session {
  readonly id: string;
  readonly intents: number;
  readonly shard: readonly [number, number];
  /** Everything that was dispatched; the sequence of the first is 1. */
  readonly log: Json[];
  socket: WebSocket | undefined;
}

export interface GatewayOptions {
  readonly token: string;
  readonly heartbeatMs: number;
  readonly shards: number;
}

export interface Gateway {
  /** Tells every session that may hear it. */
  dispatch(type: string, data: Json): void;
  /** What the operator has switched on in Discord's portal. */
  readonly portal: { messageContent: boolean };
  /** How often a client has identified and resumed. */
  readonly logins: { identified: number; resumed: number };
  /** The intents of the last client. */
  intents(): number;
  /** How many sockets are open with a session. */
  connected(): number;
  /** The wire is cut, without a word. */
  cut(): void;
  close(code: number): void;
  /** Op 7. */
  askToReconnect(): void;
  /** What happens to the next resume: op 9, or no answer at all. */
  nextResume(answer: 'refuse' | 'silence'): void;
  /** Nothing is told any more, and nothing of this time later, until what this returns is called. */
  forget(): () => void;
  /** As it is, as a dispatch of the next sequence. */
  raw(type: string, data: unknown): void;
  end(): Promise<void>;
}

interface State {
  readonly world: World;
  readonly faults: Faults;
  readonly options: GatewayOptions;
  readonly sessions: Map<string, Session>;
  readonly resumes: ('refuse' | 'silence')[];
  readonly gateway: { portal: Gateway['portal']; logins: Gateway['logins']; intents: number };
  url(): string;
}

export function createGateway(
  server: Server,
  world: World,
  faults: Faults,
  options: GatewayOptions,
  url: () => string,
): Gateway {
  const sockets = new WebSocketServer({ server });
  const state: State = {
    world,
    faults,
    options,
    sessions: new Map(),
    resumes: [],
    gateway: { portal: { messageContent: true }, logins: { identified: 0, resumed: 0 }, intents: 0 },
    url,
  };
  sockets.on('connection', (socket) => welcome(state, socket));
  const open = () => [...state.sessions.values()].filter(({ socket }) => socket !== undefined);
  return {
    portal: state.gateway.portal,
    logins: state.gateway.logins,
    intents: () => state.gateway.intents,
    connected: () => open().length,
    dispatch(type, data) {
      for (const session of state.sessions.values()) {
        const shown = asShown(state, session, type, data);
        if (shown === undefined) continue;
        faults.pass(type, JSON.stringify(data), () => send(session, type, shown));
      }
    },
    cut: () => {
      for (const socket of sockets.clients) socket.terminate();
    },
    close: (code) => {
      for (const socket of sockets.clients) socket.close(code);
    },
    askToReconnect: () => {
      for (const { socket } of open()) socket?.send(JSON.stringify({ op: 7, d: null }));
    },
    nextResume: (answer) => void state.resumes.push(answer),
    forget() {
      state.sessions.clear();
      return () => {
        for (const socket of sockets.clients) socket.terminate();
      };
    },
    raw: (type, data) => {
      for (const session of state.sessions.values()) send(session, type, data as Json);
    },
    async end() {
      for (const socket of sockets.clients) socket.terminate();
      await new Promise<void>((resolve) => sockets.close(() => resolve()));
    },
  };
}

function send(session: Session, type: string, data: Json): void {
  session.log.push({ op: 0, t: type, s: session.log.length + 1, d: data });
  session.socket?.send(JSON.stringify(session.log.at(-1)));
}

function welcome(state: State, socket: WebSocket): void {
  socket.send(JSON.stringify({ op: 10, d: { heartbeat_interval: state.options.heartbeatMs } }));
  socket.on('close', () => {
    for (const session of state.sessions.values()) if (session.socket === socket) session.socket = undefined;
  });
  socket.on('message', (raw) => {
    const { op, d } = JSON.parse(String(raw)) as { op: number; d: Json };
    if (op === 1) socket.send(JSON.stringify({ op: 11 }));
    else if (op === 2) identify(state, socket, d);
    else if (op === 6) resume(state, socket, d);
    else if (op !== 3) socket.close(4001);
  });
}

function identify(state: State, socket: WebSocket, d: Json): void {
  const { world, options, gateway } = state;
  if (d['token'] !== options.token) {
    socket.close(4004);
    return;
  }
  const intents = Number(d['intents']);
  const disallowed = (intents & intent.messageContent) !== 0 && !gateway.portal.messageContent;
  const shard = (d['shard'] ?? [0, 1]) as [number, number];
  if (disallowed || shard[1] < options.shards) {
    socket.close(disallowed ? 4014 : 4011);
    return;
  }
  gateway.logins.identified += 1;
  gateway.intents = intents;
  const session: Session = { id: world.id(), intents, shard, log: [], socket };
  state.sessions.set(session.id, session);
  send(session, 'READY', {
    v: 10,
    user: { ...userJson(world, world.bot.id), verified: true, mfa_enabled: false, email: null, flags: 0 },
    guilds: hears(session, world.guild) ? [{ id: world.guild, unavailable: true }] : [],
    session_id: session.id,
    resume_gateway_url: state.url(),
    shard,
    application: { id: world.application, flags: 0 },
  });
  if (hears(session, world.guild) && (intents & intent.guilds) !== 0)
    send(session, 'GUILD_CREATE', guildJson(world));
}

function resume(state: State, socket: WebSocket, d: Json): void {
  const answer = state.resumes.shift();
  const session = state.sessions.get(String(d['session_id']));
  if (answer === 'silence') return;
  if (d['token'] !== state.options.token) {
    socket.close(4004);
    return;
  }
  if (answer === 'refuse' || session === undefined) {
    if (session !== undefined) state.sessions.delete(session.id);
    socket.send(JSON.stringify({ op: 9, d: false }));
    return;
  }
  state.gateway.logins.resumed += 1;
  session.socket = socket;
  for (const missed of session.log.slice(Number(d['seq']))) socket.send(JSON.stringify(missed));
  send(session, 'RESUMED', {});
}

/** A guild belongs to one shard; private chats to the first. */
function hears({ shard: [id, count] }: Session, guild: string | undefined): boolean {
  return guild === undefined ? id === 0 : Number((BigInt(guild) >> 22n) % BigInt(count)) === id;
}

/** What the intents let through; undefined: nothing. */
function asShown(state: State, session: Session, type: string, data: Json): Json | undefined {
  const guild = data['guild_id'] as string | undefined;
  if (!hears(session, guild)) return undefined;
  if (type === 'INTERACTION_CREATE') return data;
  if (!type.startsWith('MESSAGE_')) return (session.intents & intent.guilds) === 0 ? undefined : data;
  const needed = guild === undefined ? intent.directMessages : intent.guildMessages;
  if ((session.intents & needed) === 0) return undefined;
  return mayRead(state, session, data) ? data : { ...data, content: '', attachments: [], components: [] };
}

function mayRead({ world }: State, { intents }: Session, data: Json): boolean {
  if ((intents & intent.messageContent) !== 0 || data['guild_id'] === undefined) return true;
  const author = (data['author'] as Json | undefined)?.['id'];
  const mentions = (data['mentions'] as readonly Json[] | undefined) ?? [];
  return author === world.bot.id || mentions.some(({ id }) => id === world.bot.id);
}
