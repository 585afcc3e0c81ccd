/** What all files of a run share. It is made when the first of them asks for it, and goes with the run. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import type { SharedPostgres } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where databases of the shared Postgres are asked for. */
    readonly databases: string;
  }
}

/** Vitest calls it once before the first file of a run, and what it returns after the last. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const state: { postgres?: Promise<SharedPostgres> } = {};
  const postgres = () => {
    state.postgres ??= import('./postgres.ts').then(({ startShared }) => startShared());
    return state.postgres;
  };
  const server = createServer(async ({ url }, response) => {
    try {
      const { current, empty } = await postgres();
      response.end(await (url === '/current' ? current() : empty()));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  provide('databases', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    server.closeAllConnections();
    server.close();
    await (await state.postgres)?.stop();
  };
}
