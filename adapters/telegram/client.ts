import { Api } from 'grammy';
import type { TelegramConfig } from './config.ts';

/** Longest time that a call may take, seconds; a poll is held open for 30. */
const timeoutSeconds = 45;

/** Nothing in it repeats a call: delivery does, and only it knows which may be repeated. */
export function createApi({ token, apiUrl }: TelegramConfig): Api {
  return new Api(token.reveal(), { apiRoot: apiUrl, timeoutSeconds });
}

type ClientSignal = NonNullable<Parameters<Api['getMe']>[0]>;

/** The client's types want the signal of the library that it used before Node had one; it takes Node's. */
export function clientSignal(signal: AbortSignal): ClientSignal {
  return signal as unknown as ClientSignal;
}
