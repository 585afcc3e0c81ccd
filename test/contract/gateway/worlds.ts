import { afterAll, afterEach, beforeAll } from 'vitest';
import type { PermissionRequest } from '../../../src/core/agent.ts';
import { serverRequestId, serverSessionId } from '../../../src/core/ids.ts';
import type { Database } from '../../../src/store/tables.ts';
import type { Store } from '../../../src/store/types.ts';
import { createWorld, type Kernel, openShared, type World } from './world.ts';

/** In what a world differs from the ordinary one. */
export type Making = Parameters<typeof createWorld>[1];

/** The worlds of a test file, or of a part of one: on one database, each a server of its own in it. */
export interface Worlds {
  store(): Store;
  /** A world in which nothing works yet. What is started in it ends with the test. */
  make(more?: Making): World;
  /** A world in which a process works. */
  begin(more?: Making): World;
  /** One in which the agent works on the first message, `hello`. */
  running(more?: Making): Promise<World>;
  /** Ends the process that was started last. */
  halt(): Promise<void>;
}

interface Opened {
  readonly store: Store;
  close(): Promise<void>;
}

/** @param open unset: a database on Postgres. */
export function createWorlds(open: () => Promise<Opened> = openShared): Worlds {
  const state: { opened: Opened | undefined; kernels: Kernel[] } = { opened: undefined, kernels: [] };
  beforeAll(async () => {
    state.opened = await open();
  });
  afterEach(async () => {
    await Promise.all(state.kernels.splice(0).map((kernel) => kernel.stop()));
  });
  afterAll(() => state.opened?.close());
  const store = () => {
    if (state.opened === undefined) throw new Error('the database is opened before the first test');
    return state.opened.store;
  };
  const make: Worlds['make'] = (more) => {
    const world = createWorld(store(), more);
    const start: World['start'] = (...how) => {
      const kernel = world.start(...how);
      state.kernels.push(kernel);
      return kernel;
    };
    return { ...world, start };
  };
  const begin: Worlds['begin'] = (more) => {
    const world = make(more);
    world.start();
    return world;
  };
  return {
    store,
    make,
    begin,
    async running(more) {
      const world = begin(more);
      await world.say('hello');
      await world.sees(() => world.agent.prompts.length === 1);
      return world;
    },
    async halt() {
      await state.kernels.pop()?.stop();
    },
  };
}

/** The same, for tests that look into the tables too. */
export function createOpenWorlds(open = openShared): Worlds & { db(): Database } {
  const state: { db: Database | undefined } = { db: undefined };
  const worlds = createWorlds(async () => {
    const opened = await open();
    state.db = opened.db;
    return opened;
  });
  const db = () => {
    if (state.db === undefined) throw new Error('the database is opened before the first test');
    return state.db;
  };
  return { ...worlds, db };
}

/** Whether a person sees it in the thread now. */
export function shows({ platform }: World, text: string, thread = 't1'): boolean {
  return platform.screen(thread).some((message) => message.includes(text));
}

/** No prompt of the world waits or runs. */
export async function over({ store, agent }: World): Promise<boolean> {
  return (await store.prompts.unfinished(agent.server)).length === 0;
}

/** The session that a fake agent server makes first. */
export const firstSession = serverSessionId('ses_1');

/** What a tool of the agent asks before it runs a command. */
export const permission: PermissionRequest = {
  kind: 'permission',
  id: serverRequestId('per_1'),
  session: firstSession,
  from: firstSession,
  permission: 'bash',
  patterns: ['ls'],
  subject: 'ls -l',
};
