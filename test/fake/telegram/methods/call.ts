import type { Parameters, Upload } from '../parameters.ts';
import type { Rates } from '../rates.ts';
import type { World } from '../world.ts';

/** One call of the API. */
export interface Call {
  readonly world: World;
  readonly rates: Rates;
  readonly method: string;
  readonly parameters: Parameters;
  /** Files that came with it by the name of their part. */
  readonly files: ReadonlyMap<string, Upload>;
  /** The one who called has gone. */
  readonly gone: AbortSignal;
}

export type Method = (call: Call) => unknown;
