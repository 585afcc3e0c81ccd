/** Calls to the server: each has a timeout, and fails in one of two ways. */
import { createOpencodeClient, type OpencodeClient } from '@opencode-ai/sdk/v2';
import { AgentRefusedError, AgentUnavailableError } from '../../core/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { within } from '../deadline.ts';
import { authorization, type Endpoint } from '../endpoint.ts';
import { cleanSentence } from '../sentence.ts';
import { answeredFault } from './configuration-fault.ts';

/** The slowest call measured, the first prompt of a directory, answered within 2.5 s. */
const callTimeoutMs = 15_000;

interface Answer<T> {
  readonly data?: T | undefined;
  readonly error?: unknown;
  readonly response?: Response | undefined;
}

type Ask<T> = (client: OpencodeClient, options: { readonly signal: AbortSignal }) => Promise<Answer<T>>;

/** Rejects with AgentUnavailableError or AgentRefusedError. `what` completes "could not …". */
export type Calls = <T>(what: string, request: Ask<T>, timeoutMs?: number) => Promise<T>;

/** Calls go to where the server is at the time of the call. */
export function createCalls(endpoint: () => Endpoint | undefined, clock: Clock): Calls {
  const clients = new WeakMap<Endpoint, OpencodeClient>();
  const clientOf = (target: Endpoint): OpencodeClient => {
    const found = clients.get(target);
    if (found !== undefined) return found;
    const made = createClient(target);
    clients.set(target, made);
    return made;
  };
  return async <T>(what: string, request: Ask<T>, timeoutMs = callTimeoutMs): Promise<T> => {
    const target = endpoint();
    if (target === undefined) throw new AgentUnavailableError('The agent server is not running yet.');
    const answer = await settled(() =>
      within(clock, timeoutMs, (signal) => request(clientOf(target), { signal })),
    );
    if (isMissing(answer.error)) throw refused(what, 404, undefined);
    if (answer.response === undefined) throw unreachable(what, answer.error);
    if (!answer.response.ok) throw refused(what, answer.response.status, answer.error);
    // Paths that the server does not have answer 200 with a web page (measured).
    if (answer.response.headers.get('content-type')?.startsWith('text/html'))
      throw refused(what, 404, undefined);
    return answer.data as T;
  };
}

function createClient(target: Endpoint): OpencodeClient {
  const secret = authorization(target);
  return createOpencodeClient({
    baseUrl: target.url,
    ...(secret === undefined ? {} : { headers: { authorization: secret } }),
    // The password must not follow a redirect to somewhere else.
    fetch: (input, init) => fetch(new Request(input, { ...init, redirect: 'error' })),
  });
}

async function settled<T>(request: () => Promise<Answer<T>>): Promise<Answer<T>> {
  try {
    return await request();
  } catch (error) {
    return { error };
  }
}

/** What the SDK makes of the web page that a server answers with to a call that it does not have. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && error.message.includes('not supported by this version');
}

function unreachable(what: string, cause: unknown): AgentUnavailableError {
  return new AgentUnavailableError(`The agent server did not answer; could not ${what}.`, { cause });
}

/** The status of an answer that said no; undefined where there was no such answer. */
export function refusalStatus(error: unknown): number | undefined {
  if (!(error instanceof AgentRefusedError)) return undefined;
  const cause = error.cause;
  if (typeof cause !== 'object' || cause === null || !('status' in cause)) return undefined;
  return typeof cause.status === 'number' ? cause.status : undefined;
}

function refused(what: string, status: number, body: unknown): Error {
  if (status === 502 || status === 503 || status === 504) return unreachable(what, { status });
  const fault = answeredFault(body);
  if (fault !== undefined) return new AgentRefusedError(fault, { cause: { status } });
  return new AgentRefusedError(`The agent server refused to ${what}: ${explain(status, body)}.`, {
    cause: { status },
  });
}

/** Answers come as `{name, data: {message}}` or `{_tag, message?}`; of a 500 only a reference to its log is told. */
function explain(status: number, body: unknown): string {
  if (status === 401) return 'it does not take this password';
  const { data, message } = (typeof body === 'object' && body !== null ? body : {}) as {
    readonly data?: { readonly message?: unknown };
    readonly message?: unknown;
  };
  const said = typeof data?.message === 'string' ? data.message : message;
  if (typeof said === 'string' && said !== '') return cleanSentence(said).replace(/\.$/, '');
  return status === 404 ? 'it does not know this' : `status ${status}`;
}
