/**
 * Whether an answer is Discord's at all. A proxy, a portal or a host on the way answers with pages of its own, under
 * any status; such a page decides nothing, and the library takes it for a success or for a final no.
 */
import { DefaultRestOptions, type RESTOptions } from 'discord.js';
import { withFormBytes } from './form-bytes.ts';

type MakeRequest = RESTOptions['makeRequest'];
type Answer = Awaited<ReturnType<MakeRequest>>;

/** What came back is not Discord's word. */
export class NotDiscordError extends Error {
  override readonly name = 'NotDiscordError';
  /** HTTP; it says what stands in the way, not what Discord decided. */
  readonly status: number;

  constructor(status: number) {
    super('an answer that is not from Discord');
    this.status = status;
  }
}

/** A wait that is asked for without saying how long, seconds: the window of Discord's rates, as observed. */
const someSeconds = 5;

/** The library's own way to the network, for whatever it sends. */
const libraryRequest = withFormBytes(DefaultRestOptions.makeRequest);

/** The way to the network, with each answer looked at before the library believes it. */
export function checked(makeRequest: MakeRequest = libraryRequest): MakeRequest {
  return async (url, init) => {
    const answer = await makeRequest(url, init);
    const { status } = answer;
    // The library knows what to make of those.
    if (status >= 500) return answer;
    if (status === 429) return withWait(answer);
    if ((status < 300 && isEmpty(answer)) || isJson(answer)) return answer;
    // What is not read would keep its connection; whether it can be read changes nothing.
    await Promise.allSettled([answer.arrayBuffer()]);
    throw new NotDiscordError(status);
  };
}

function isJson({ headers }: Answer): boolean {
  return headers.get('content-type')?.startsWith('application/json') === true;
}

/** A success that says nothing, as Discord gives it to what was deleted. */
function isEmpty({ status, headers }: Answer): boolean {
  return status === 204 || headers.get('content-length') === '0';
}

/** The library reads the wait from a header alone; Discord tells it in the body as well, and some hosts only there. */
async function withWait(answer: Answer): Promise<Answer> {
  if (Number(answer.headers.get('retry-after')) > 0) return answer;
  const body = await answer.text();
  const headers = new Headers([...answer.headers]);
  headers.set('retry-after', String(waitIn(body) ?? someSeconds));
  const { status, statusText } = answer;
  return {
    status,
    statusText,
    headers,
    ok: false,
    body: null,
    bodyUsed: false,
    text: async () => body,
    json: async () => JSON.parse(body) as unknown,
    arrayBuffer: async () => new TextEncoder().encode(body).buffer,
  };
}

/** Seconds; undefined: it does not say. */
function waitIn(body: string): number | undefined {
  try {
    const told: unknown = JSON.parse(body);
    const wait = typeof told === 'object' && told !== null && 'retry_after' in told ? told.retry_after : 0;
    return Number(wait) > 0 ? Number(wait) : undefined;
  } catch {
    return undefined;
  }
}
