import type { MessageId, ThreadAddress } from '../../../src/core/channel.ts';
import type { Reason } from './rig.ts';

/** A file as a person sends it. */
export interface SentFile {
  readonly name: string;
  readonly mime: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A file as a person sees it. */
export interface SeenFile {
  readonly name: string;
  readonly size: number;
}

/**
 * What becomes of the bytes that are asked for next. `hangs`: they begin and never end. `endless`: they never end and
 * keep coming, whatever size was told. `cut`: the connection breaks after some of them. `gone`: the file was taken
 * away. `elsewhere`: the platform says that they are on a host that is not its own (a redirect, an address).
 */
export type Serving = 'hangs' | 'endless' | 'cut' | 'gone' | 'elsewhere';

export interface Downloads {
  /** What is not here cannot happen there. */
  readonly serve: Readonly<Partial<Record<Serving, () => void | Promise<void>>>>;
  /** Bytes of files that the platform has sent so far. */
  served?(): number;
  /** Requests that came to a host which is not the platform's; needed for `elsewhere`. */
  strays?(): number;
}

export interface Uploads {
  /** The bytes of a file of the agent as a person saves them. */
  bytes(address: ThreadAddress, id: MessageId, name: string): Promise<Uint8Array>;
  /** The next upload is refused for this reason; a rate is limited for this long. */
  readonly refuse: Readonly<Partial<Record<Reason, (retryAfterMs: number) => void>>>;
  /** The next upload takes effect, and its answer is lost. */
  loseAnswer?(): void;
}
