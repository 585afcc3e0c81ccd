/** The real OpenCode server with the scripted model, in a directory of its own. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, vi } from 'vitest';
import type { AgentEvent, SessionRef } from '../../../src/core/agent.ts';
import { type ServerMessageId, serverMessageId } from '../../../src/core/ids.ts';
import { demoEnvironment, demoPlaces } from '../../../src/demo/environment.ts';
import { writeServerHome } from '../../../src/demo/home.ts';
import { createScriptedModel } from '../../../src/demo/model.ts';
import { writeScratchProject } from '../../../src/demo/project.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import type { Log } from '../../../src/lib/log.ts';
import type { OpenCodeAgent } from '../../../src/opencode/dialect.ts';
import { createAgent, createServerProcess } from '../../../src/opencode/index.ts';
import type { ServerProcess, ServerProcessOptions } from '../../../src/opencode/server.ts';
import { programOf } from '../../../src/opencode/v1/launch.ts';
import { createValve, type Valve } from './valve.ts';

const log: Log = { debug() {}, info() {}, warn() {}, error() {} };

export interface World {
  readonly options: ServerProcessOptions;
  readonly project: string;
  readonly home: string;
  /** Holds answers of the model half-said. */
  readonly valve: Valve;
  close(): Promise<void>;
}

export async function createWorld(): Promise<World> {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'dragoman-contract-')));
  const places = demoPlaces(base);
  const model = await createScriptedModel({ pace: 10, retryAfterMs: 100 });
  const valve = await createValve(model.url);
  const { PATH: path = '' } = process.env;
  await mkdir(places.data, { recursive: true });
  await writeServerHome(places);
  await writeScratchProject(places.project, path);
  const env = demoEnvironment(base, valve.url, process.env);
  return {
    options: {
      ...{ dataDir: places.data, env, cwd: places.project, clock: systemClock, log },
      ...{ models: [], trustsProjects: false },
    },
    project: places.project,
    home: places.home,
    valve,
    close: async () => {
      await valve.close();
      await model.close();
      await rm(base, { recursive: true, force: true });
    },
  };
}

/** A configuration of the person's own, as they would write it. */
export async function writeUserConfiguration(world: World, configuration: object | string): Promise<void> {
  const directory = join(world.home, 'config', 'opencode');
  await mkdir(directory, { recursive: true });
  const text = typeof configuration === 'string' ? configuration : JSON.stringify(configuration);
  await writeFile(join(directory, 'opencode.json'), text);
}

export interface Running {
  readonly agent: OpenCodeAgent;
  readonly events: AgentEvent[];
  readonly server: ServerProcess;
  stop(): Promise<void>;
}

export function start(world: World, endpoint?: ServerProcess['endpoint']): Running {
  const stop = new AbortController();
  const events: AgentEvent[] = [];
  const server = createServerProcess(world.options);
  const agent = createAgent({
    server: 'main',
    endpoint: endpoint ?? server.endpoint,
    directories: [world.project],
    clock: systemClock,
    log,
  });
  const loops = [agent.run((event) => events.push(event), stop.signal)];
  if (endpoint === undefined) loops.push(server.run(stop.signal));
  return {
    agent,
    events,
    server,
    stop: async () => {
      stop.abort();
      await Promise.all(loops);
    },
  };
}

/** A server that somebody else started, with these settings only. */
export async function startForeign(world: World, extra: Readonly<Record<string, string>>): Promise<Running> {
  const env = Object.entries(world.options.env).filter(([name]) =>
    /^(?:PATH|HOME|XDG_|OPENCODE_)/.test(name),
  );
  const child = spawn(programOf(), ['serve', '--hostname', '127.0.0.1', '--port', '0'], {
    cwd: world.project,
    env: { ...Object.fromEntries(env), ...extra, OPENCODE_SERVER_PASSWORD: 'theirs' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const url = line.slice(line.indexOf('http'));
  const running = start(world, async () => ({ url, username: 'opencode', password: 'theirs' }));
  return {
    ...running,
    stop: async () => {
      await running.stop();
      child.kill('SIGKILL');
      await ended;
    },
  };
}

export async function ready({ agent }: Running): Promise<void> {
  await eventually(() =>
    expect(agent.status()).toMatchObject({ connected: true, version: expect.any(String) }),
  );
}

/** Until the assertion holds, however long the machine takes: the limit only comes before that of the test itself. */
export const eventually = (assertion: () => void): Promise<void> =>
  vi.waitFor(assertion, { timeout: 110_000, interval: 20 });

interface Asked {
  readonly ref: SessionRef;
  readonly messageId: ServerMessageId;
  readonly parts: readonly { readonly id: string; readonly text: string }[];
}

/** @param there the session; unset: a new one. */
export async function ask(running: Running, world: World, text: string, there?: SessionRef): Promise<Asked> {
  const session =
    there?.session ?? (await running.agent.createSession(world.project, text, `key of ${text}`));
  const ref = { session, directory: world.project };
  const asked = { ref, messageId: serverMessageId(`msg_${hex()}`), parts: [{ id: `prt_${hex()}`, text }] };
  running.agent.track(ref, asked.messageId);
  await running.agent.prompt(asked);
  return asked;
}

const hex = () => randomBytes(10).toString('hex');

export const settled = (running: Running, session: string) =>
  eventually(() => expect(running.events).toContainEqual({ type: 'session-settled', session }));

export function requests(
  running: Running,
): readonly Extract<AgentEvent, { type: 'request-asked' }>['request'][] {
  return running.events.flatMap((event) => (event.type === 'request-asked' ? [event.request] : []));
}

interface Text {
  text: string;
  gap: boolean;
}

function fold(parts: Map<string, Text>, event: AgentEvent): void {
  if (event.type === 'part-appended') {
    const grown = parts.get(event.part);
    if (grown !== undefined) grown.text += event.text;
    return;
  }
  if (event.type === 'session-snapshot') parts.clear();
  const told =
    event.type === 'session-snapshot' ? event.snapshot.messages.flatMap((entry) => entry.parts) : [];
  for (const part of event.type === 'part-updated' ? [event.part] : told) {
    if (part.type === 'text') parts.set(part.id, { text: part.text, gap: part.gap });
  }
}

/** Text of the answer as the events tell it, without regard for how it came. */
export function answer(events: readonly AgentEvent[]): { readonly text: string; readonly gaps: number } {
  const parts = new Map<string, Text>();
  for (const event of events) fold(parts, event);
  const all = [...parts.values()];
  return { text: all.map(({ text }) => text).join('\n'), gaps: all.filter(({ gap }) => gap).length };
}
