import type { Json } from './world.ts';

/** The API says no: an HTTP status with Discord's own code and words. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly body: Json;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: Json, headers: Readonly<Record<string, string>> = {}) {
    super(String(body['message']));
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

const known = {
  10003: [404, 'Unknown Channel'],
  10008: [404, 'Unknown Message'],
  10015: [404, 'Unknown Webhook'],
  10062: [404, 'Unknown interaction'],
  30046: [400, 'Maximum number of edits to messages older than 1 hour reached. Try again later'],
  40005: [413, 'Request entity too large'],
  40060: [400, 'Interaction has already been acknowledged.'],
  50001: [403, 'Missing Access'],
  50005: [403, 'Cannot edit a message authored by another user'],
  50006: [400, 'Cannot send an empty message'],
  50007: [403, 'Cannot send messages to this user'],
  50013: [403, 'Missing Permissions'],
  50024: [400, 'Cannot execute action on this channel type'],
  50083: [400, 'Thread is archived'],
  160004: [400, 'A thread has already been created for this message'],
  160005: [400, 'Thread is locked'],
} as const;

export function refuse(code: keyof typeof known): never {
  const [status, message] = known[code];
  throw new Refusal(status, { message, code });
}

export function unauthorized(): never {
  throw new Refusal(401, { message: '401: Unauthorized', code: 0 });
}

/** 50035, told of one field. */
export function invalid(field: string, code: string, message: string): never {
  const path = field.split('.').reduceRight<Json>((inner, key) => ({ [key]: inner }), {
    _errors: [{ code, message }],
  });
  throw new Refusal(400, { message: 'Invalid Form Body', code: 50035, errors: path });
}
