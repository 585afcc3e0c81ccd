import { Api } from 'grammy';
import type { TelegramConfig } from './config.ts';

/** Longest time that a call may take, seconds; a poll is held open for 30. */
const timeoutSeconds = 45;

/** 50 MB on a line of 2 Mbit/s take so long, seconds. */
const uploadSeconds = 240;

/** Nothing in it repeats a call: delivery does, and only it knows which may be repeated. */
export function createApi({ token, apiUrl }: Pick<TelegramConfig, 'token' | 'apiUrl'>): Api {
  return new Api(token.reveal(), { apiRoot: apiUrl, timeoutSeconds });
}

/** The same, with patience for files. */
export function createUploadApi({ token, apiUrl }: Pick<TelegramConfig, 'token' | 'apiUrl'>): Api {
  return new Api(token.reveal(), { apiRoot: apiUrl, timeoutSeconds: uploadSeconds });
}

type ClientSignal = NonNullable<Parameters<Api['getMe']>[0]>;

/** The client's types want the signal of the library that it used before Node had one; it takes Node's. */
export function clientSignal(signal: AbortSignal): ClientSignal {
  return signal as unknown as ClientSignal;
}
