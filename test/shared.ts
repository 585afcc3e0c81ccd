import { dirname, join } from 'node:path';
import { inject } from 'vitest';
import { openPage, type PageClient } from './contract/page-client.ts';
import { type OpenCodeRecord, readOpenCodeRecord } from './harness.ts';
import type { GatewayPlace } from './shared-gateway.ts';

/**
 * The address of a database of one's own on the real Postgres that all files of a run share: with the present schema,
 * or `empty`. Whoever breaks or restarts a server starts one of their own (`postgres.ts`).
 */
export function sharedDatabase(state: 'current' | 'empty' = 'current'): Promise<string> {
  return askShared(`/${state}`);
}

/** What a file of tests may do with it: other files do so at the same time, in threads of their own. */
export interface SharedGateway {
  readonly project: string;
  page(): PageClient;
  url(path: string): string;
  /** Its own OpenCode server, for looking at it from beside. */
  openCode(): Promise<OpenCodeRecord>;
  /** Runs of the model that were begun for this last text. */
  runs(text: string): Promise<number>;
}

export async function sharedGateway(): Promise<SharedGateway> {
  const { entrance, project } = JSON.parse(await askShared('/gateway')) as GatewayPlace;
  const page = await openPage(entrance);
  return {
    project,
    page: () => page,
    url: (path) => new URL(path, entrance).href,
    openCode: () => readOpenCodeRecord(join(dirname(project), 'data')),
    runs: async (text) => Number(await askShared(`/runs?text=${encodeURIComponent(text)}`)),
  };
}

/** Asks the process that holds what all files share. */
async function askShared(path: string): Promise<string> {
  const response = await fetch(`${inject('shared')}${path}`);
  const text = await response.text();
  if (!response.ok) throw new Error(`what the run shares is not there: ${text}`);
  return text;
}
