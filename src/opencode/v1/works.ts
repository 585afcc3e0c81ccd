/** What the agent's work left: files that it changed, and what its tools printed. */
import type { SessionRef } from '../../core/agent.ts';
import { AgentRefusedError } from '../../core/errors.ts';
import type { ChangedFile, FileRead, ToolOutput, Works } from '../../core/library.ts';
import { readCapped } from '../../lib/capped.ts';
import { type Calls, refusalStatus } from './calls.ts';
import { outputOf } from './outputs.ts';
import { type RawMessage, readStored } from './stored.ts';

/** Messages that are looked through, the newest of the session. */
const mostMessages = 500;
/** A large file on a slow line. */
const transferTimeoutMs = 60_000;

export function createWorks(calls: Calls): Works {
  return {
    changed: (ref) => changed(calls, ref),
    read: (ref, path, maxBytes) => read(calls, ref, path, maxBytes),
    outputs: (ref) => outputs(calls, ref),
  };
}

async function messagesOf(calls: Calls, ref: SessionRef): Promise<readonly RawMessage[]> {
  return (await readStored(calls, ref, undefined, mostMessages)).messages;
}

/** The server names files from the root of the repository, and the session may work in a part of it. */
async function changed(calls: Calls, ref: SessionRef): Promise<readonly ChangedFile[]> {
  const { directory } = ref;
  const [messages, place] = await Promise.all([
    messagesOf(calls, ref),
    calls('read its paths', (client, options) => client.path.get({ directory }, options)),
  ]);
  const prefix = inner(place.directory, place.worktree);
  const told = messages.flatMap(({ info }) => (info.role === 'user' ? (info.summary?.diffs ?? []) : []));
  const files = told.flatMap(({ file = '', additions: added, deletions: removed }) =>
    file.startsWith(prefix) ? [{ path: file.slice(prefix.length), added, removed }] : [],
  );
  const newest = new Map(files.map((file) => [file.path, file]));
  return [...new Set(files.map(({ path }) => path).reverse())].flatMap((path) => newest.get(path) ?? []);
}

/** `pkg/api/` for a directory of that name within the other; empty where it is the same, or none within it. */
function inner(directory: string, outer: string): string {
  return outer !== '/' && directory.startsWith(`${outer}/`) ? `${directory.slice(outer.length + 1)}/` : '';
}

/**
 * The server gives what a link within the project leads to, also where the name says something harmless, but it
 * leaves links out of its lists (measured): so each part of the path must be listed as what it should be. It never
 * gives anything outside of the directory.
 */
async function read(
  calls: Calls,
  { directory }: SessionRef,
  path: string,
  maxBytes: number,
): Promise<FileRead> {
  try {
    const parts = path.split('/');
    for (let depth = 0; depth < parts.length; depth++) {
      const place = parts.slice(0, depth).join('/');
      const there = await entries(calls, directory, place);
      const kind = depth === parts.length - 1 ? 'file' : 'directory';
      const name = parts.slice(0, depth + 1).join('/');
      if (!there.some((entry) => entry.type === kind && entry.path.replace(/\/$/, '') === name))
        return { type: 'absent' };
    }
    const bytes = await bytesOf(calls, directory, path, maxBytes);
    return bytes === 'too-large' ? { type: 'too-large' } : { type: 'file', bytes };
  } catch (error) {
    if (refusalStatus(error) === 404) return { type: 'unsupported' };
    // It is gone since it was listed.
    if (error instanceof AgentRefusedError && refusalStatus(error) === 500) return { type: 'absent' };
    throw error;
  }
}

async function entries(calls: Calls, directory: string, place: string) {
  const path = place === '' ? {} : { path: place };
  const { data } = await calls('look into the project', (client, options) =>
    client.v2.fs.list({ location: { directory }, ...path }, options),
  );
  return data;
}

function bytesOf(
  calls: Calls,
  directory: string,
  path: string,
  maxBytes: number,
): Promise<Uint8Array | 'too-large'> {
  // The SDK has no parameter for the path.
  const place = { url: `/api/fs/read/${path.split('/').map(encodeURIComponent).join('/')}` };
  return calls(
    'read the file',
    async (client, options) => {
      const { response, error } = await client.v2.fs.read(
        { location: { directory } },
        { ...options, ...place, fetch: untyped, parseAs: 'stream' },
      );
      if (response === undefined || !response.ok) return { response, error };
      return { data: await bounded(response, maxBytes), response: new Response(null) };
    },
    transferTimeoutMs,
  );
}

/** A web page is a file like any other here, and no sign that the call is missing. */
async function untyped(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const { body, status, headers } = await fetch(new Request(input, { ...init, redirect: 'error' }));
  const length = headers.get('content-length');
  return new Response(body, { status, headers: length === null ? {} : { 'content-length': length } });
}

async function bounded(response: Response, maxBytes: number): Promise<Uint8Array | 'too-large'> {
  const tooLarge = new Error('the file is larger');
  try {
    return new Uint8Array(await readCapped(response, maxBytes, () => tooLarge));
  } catch (error) {
    if (error === tooLarge) return 'too-large';
    throw error;
  }
}

async function outputs(calls: Calls, ref: SessionRef): Promise<readonly ToolOutput[]> {
  const messages = await messagesOf(calls, ref);
  return messages
    .flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool' ? [part] : [])))
    .map((part) => outputOf(part, ref.directory))
    .filter(({ text }) => text.trim() !== '')
    .reverse();
}
