/** How our own server is started, and how one sees that it is there. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { authorization, type Endpoint } from '../endpoint.ts';
import type { Launch } from '../server.ts';
import { printedFault } from './configuration-fault.ts';
import { serverEnvironment, withheldKeys } from './permission.ts';

export const launch: Launch = {
  program: programOf,
  environment: serverEnvironment,
  withheld: withheldKeys,
  passwordVariable: 'OPENCODE_SERVER_PASSWORD',
  listening: /opencode server listening on (http:\/\/127\.0\.0\.1:\d+)/,
  faultIn: printedFault,
  isHealthy,
};

/** The program of the npm package. */
export function programOf(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve('opencode-ai/package.json')), 'bin', 'opencode.exe');
}

async function isHealthy(endpoint: Endpoint, signal: AbortSignal): Promise<boolean> {
  const secret = authorization(endpoint);
  try {
    const response = await fetch(new URL('/global/health', endpoint.url), {
      headers: secret === undefined ? {} : { authorization: secret },
      redirect: 'error',
      signal,
    });
    const body = (await response.json()) as { readonly healthy?: unknown };
    return response.ok && body.healthy === true;
  } catch {
    // Not yet, or no more: both mean that it cannot be used now.
    return false;
  }
}
