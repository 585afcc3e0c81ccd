/** The REST API: every call goes through here and is made once; whether it is made again is for delivery to say. */
import { type RawFile, REST, type RequestData } from 'discord.js';
import { checked } from './answers.ts';
import type { DiscordConfig } from './config.ts';
import { isUnauthorized } from './failures.ts';

/** A call that has no answer by then counts as unanswered, milliseconds. */
const patienceMs = 15_000;
/** With a file of 10 MB on a slow line, milliseconds. */
const uploadMs = 60_000;

/** Nothing is repeated and nothing waits in the library: delivery decides when a call is made again. */
function createRest({ token, apiUrl }: DiscordConfig, timeout: number): REST {
  const rest = new REST({
    api: apiUrl,
    version: '10',
    retries: 0,
    // Waits are told as Discord tells them.
    offset: 0,
    timeout,
    makeRequest: checked(),
    // What the library itself holds back for the rest of a second was not sent: that is no retry.
    rejectOnRateLimit: ({ global, scope }) => !(global && scope === 'user'),
  });
  return rest.setToken(token.reveal());
}

export interface ApiRequest {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly path: `/${string}`;
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string>>;
  /** Without the bot's token: an answer to an interaction is let in by the token in its path. */
  readonly open?: true;
  /** Sent beside the body. */
  readonly files?: readonly RawFile[];
  readonly signal?: AbortSignal;
}

/** The API of one bot. Rejects with what the library throws. */
export type RestCall = (request: ApiRequest) => Promise<unknown>;

export function createCall(config: DiscordConfig, onUnauthorized: () => void): RestCall {
  const calls = createRest(config, patienceMs);
  const uploads = createRest(config, uploadMs);
  return async (request) => {
    const rest = request.files === undefined ? calls : uploads;
    try {
      return await rest[request.method](request.path, optionsOf(request));
    } catch (error) {
      // The library forgets a token that was refused once, also where only a proxy had a bad moment.
      rest.setToken(config.token.reveal());
      if (isUnauthorized(error)) onUnauthorized();
      throw error;
    }
  };
}

function optionsOf({ body, query, open, files, signal }: ApiRequest): RequestData {
  return {
    ...(body === undefined ? {} : { body }),
    ...(query === undefined ? {} : { query: new URLSearchParams(query) }),
    ...(open === undefined ? {} : { auth: false }),
    ...(files === undefined ? {} : { files: [...files] }),
    ...(signal === undefined ? {} : { signal }),
  };
}
