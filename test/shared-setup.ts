/** What all files of a run share. It is made when the first of them asks for it, and goes with the run. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import type { SharedPostgres } from './postgres.ts';
import type { GatewayHost } from './shared-gateway.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where databases of the shared Postgres, and the shared gateway, are asked for. */
    readonly shared: string;
  }
}

/** Vitest calls it once before the first file of a run, and what it returns after the last. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const state: { postgres?: Promise<SharedPostgres>; gateway?: Promise<GatewayHost> } = {};
  const postgres = () => {
    state.postgres ??= import('./postgres.ts').then(({ startShared }) => startShared());
    return state.postgres;
  };
  const gateway = () => {
    state.gateway ??= import('./shared-gateway.ts').then(async ({ hostGateway }) =>
      hostGateway(await (await postgres()).current()),
    );
    return state.gateway;
  };
  const answers: Readonly<Record<string, (query: URLSearchParams) => Promise<string>>> = {
    '/current': async () => (await postgres()).current(),
    '/empty': async () => (await postgres()).empty(),
    '/gateway': async () => JSON.stringify((await gateway()).place),
    '/runs': async (query) => String((await gateway()).runs(query.get('text') ?? '')),
  };
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    try {
      response.end(await answers[pathname]?.(searchParams));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  provide('shared', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    server.closeAllConnections();
    server.close();
    await (await state.gateway)?.end();
    await (await state.postgres)?.stop();
  };
}
