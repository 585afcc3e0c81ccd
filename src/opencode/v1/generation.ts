/** OpenCode 2 answers at the same address in another language: it is told as what it is. */
import type { Clock } from '../../lib/clock.ts';
import { within } from '../deadline.ts';
import { authorization, type Endpoint } from '../endpoint.ts';
import { pinnedVersion } from './probe.ts';

export interface LaterServer {
  /** `2`, or the whole version where the server tells it. */
  readonly version: string;
  readonly problem: string;
  readonly fix: string;
}

interface Looked {
  readonly status: number;
  readonly json: unknown;
  readonly html: boolean;
}

const timeoutMs = 5_000;

/**
 * What a server is that does not answer as one of the first line. Its `/api/info` tells a version, or asks for a
 * password; 1.x knows no such call, and asks for the password at `/global/health` too, where 2.x has a web page
 * (facts of the published source; no 2.x server was at hand).
 */
export async function laterServer(endpoint: Endpoint, clock: Clock): Promise<LaterServer | undefined> {
  const info = await look(endpoint, '/api/info', clock);
  const { version } = (info?.json ?? {}) as { readonly version?: unknown };
  if (info?.status === 200 && typeof version === 'string') return told(version);
  if (info === undefined || (info.json === undefined && !info.html)) return undefined;
  const health = await look(endpoint, '/global/health', clock);
  if (health?.status !== 200 || !health.html) return undefined;
  if (info.status === 401 || info.status === 503) return told('2');
  // The first ones had another door.
  const early = await look(endpoint, '/api/health', clock);
  return early?.json === undefined ? undefined : told('2');
}

function told(version: string): LaterServer | undefined {
  if (/^[01]\./.test(version)) return undefined;
  return {
    version,
    problem: `This is OpenCode ${version}, whose language Dragoman does not speak yet.`,
    fix: `Run OpenCode ${pinnedVersion()} there (npm install -g opencode-ai@${pinnedVersion()}), or unset OPENCODE_URL: Dragoman then starts the right one itself.`,
  };
}

async function look(endpoint: Endpoint, path: string, clock: Clock): Promise<Looked | undefined> {
  const secret = authorization(endpoint);
  try {
    return await within(clock, timeoutMs, async (signal) => {
      const headers = secret === undefined ? {} : { authorization: secret };
      const response = await fetch(new URL(path, endpoint.url), { headers, redirect: 'error', signal });
      const type = response.headers.get('content-type') ?? '';
      const text = await response.text();
      return { status: response.status, json: jsonOf(text), html: type.startsWith('text/html') };
    });
  } catch {
    // Not there now: what it is will show when it is.
    return undefined;
  }
}

function jsonOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
