import type { Json } from './world.ts';

/** The platform's no: `{ok: false, error}` with status 200. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly extra: Json;

  constructor(error: string, extra: Json = {}) {
    super(error);
    this.extra = extra;
  }
}
