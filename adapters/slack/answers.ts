/**
 * What answers a call may be no word of Slack's: a page of what stands between us, a limit whose wait stands in the body
 * only. The client library would take an empty object for a yes, and a limit without its header for no answer.
 */

/** A wait that is asked for without saying how long, seconds. */
const someSeconds = 5;

/** `fetch` for calls of the Web API, whose answers are JSON that says `ok`, or a status that the library understands. */
export function slackFetch(root: string): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const { status } = response;
    // Bytes of files go to other addresses, whose answers are plain words.
    if (!addressOf(input).startsWith(root)) return response;
    if (status !== 200 && status !== 429) return response;
    const text = await response.text();
    if (status === 200) return saysOk(text) ? again(text, 200, response) : again(text, 502, response);
    return again(text, 429, response, String(waitOf(response.headers, text)));
  };
}

function addressOf(input: Parameters<typeof fetch>[0]): string {
  return input instanceof Request ? input.url : String(input);
}

const kept = ['content-type', 'retry-after', 'x-oauth-scopes', 'x-accepted-oauth-scopes'];

/** The same answer, whose body can be read once more. */
function again(text: string, status: number, { headers }: Response, wait?: string): Response {
  const told = kept.flatMap((name): [string, string][] => {
    const value = name === 'retry-after' ? (wait ?? headers.get(name)) : headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  return new Response(text, { status, headers: told });
}

function saysOk(text: string): boolean {
  return typeof fieldOf(objectOf(text), 'ok') === 'boolean';
}

function objectOf(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function fieldOf(object: object, name: string): unknown {
  return name in object ? (object as Readonly<Record<string, unknown>>)[name] : undefined;
}

function numberOf(value: unknown): number {
  return typeof value === 'number' || (typeof value === 'string' && value.trim() !== '')
    ? Number(value)
    : Number.NaN;
}

/** Whole seconds: of the header, as a number or a date, else of the body. */
function waitOf(headers: Headers, text: string): number {
  const header = headers.get('retry-after');
  const body = objectOf(text);
  const metadata = fieldOf(body, 'response_metadata');
  const nested = typeof metadata === 'object' && metadata !== null ? metadata : {};
  const candidates = [
    numberOf(header),
    (Date.parse(header ?? '') - Date.parse(headers.get('date') ?? '')) / 1000,
    ...['retry_after', 'retryAfter']
      .flatMap((name) => [fieldOf(body, name), fieldOf(nested, name)])
      .map(numberOf),
  ];
  const wait = candidates.find((seconds) => Number.isFinite(seconds) && seconds >= 0) ?? someSeconds;
  return Math.ceil(wait);
}
