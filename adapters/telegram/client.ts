/** The client of the Bot API: it repeats nothing, and knows an answer of the server's from a page in its place. */
import { Api, type ApiClientOptions } from 'grammy';
import { z } from 'zod';
import type { TelegramConfig } from './config.ts';
import { PageError } from './failures.ts';

/** Longest time that a call may take, seconds; a poll is held open for 30. */
const timeoutSeconds = 45;

/** 50 MB on a line of 2 Mbit/s take so long, seconds. */
const uploadSeconds = 240;

/** Nothing in it repeats a call: delivery does, and only it knows which may be repeated. */
export function createApi(config: Pick<TelegramConfig, 'token' | 'apiUrl'>): Api {
  return clientOf(config, timeoutSeconds);
}

/** The same, with patience for files. */
export function createUploadApi(config: Pick<TelegramConfig, 'token' | 'apiUrl'>): Api {
  return clientOf(config, uploadSeconds);
}

function clientOf({ token, apiUrl }: Pick<TelegramConfig, 'token' | 'apiUrl'>, seconds: number): Api {
  // The library's types want the fetch that it used before Node had one.
  const fetch = answered as unknown as NonNullable<ApiClientOptions['fetch']>;
  return new Api(token.reveal(), { apiRoot: apiUrl, timeoutSeconds: seconds, fetch });
}

/** Node's own fetch. Throws `PageError` for what is no answer of the server's, whatever its status says. */
async function answered(url: string, given: RequestInit): Promise<Response> {
  const end = new AbortController();
  // The library's signal is none of Node's.
  if (given.signal?.aborted) end.abort();
  given.signal?.addEventListener('abort', () => end.abort(), { once: true });
  const response = await fetch(url, { ...given, signal: end.signal });
  const body = await response.text();
  if (isAnswer(body)) return new Response(body, { status: response.status });
  if (response.status !== 429) throw new PageError(response.status);
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Response.json({
    ok: false,
    error_code: 429,
    description: 'Too Many Requests',
    ...(seconds > 0 ? { parameters: { retry_after: seconds } } : {}),
  });
}

const answerShape = z.looseObject({ ok: z.boolean() });

function isAnswer(body: string): boolean {
  try {
    return answerShape.safeParse(JSON.parse(body)).success;
  } catch {
    return false;
  }
}

type ClientSignal = NonNullable<Parameters<Api['getMe']>[0]>;

/** The client's types want the signal of the library that it used before Node had one; it takes Node's. */
export function clientSignal(signal: AbortSignal): ClientSignal {
  return signal as unknown as ClientSignal;
}
