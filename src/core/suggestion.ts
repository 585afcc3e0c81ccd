/** What a platform may suggest to somebody who is writing a command. */
import type { Author, Room, ThreadAddress } from './inbound.ts';

/** What a person has written of a command's argument so far, where the platform tells it while they write. */
export interface Unfinished {
  readonly address: ThreadAddress;
  readonly author: Author;
  readonly room: Room;
  /** The command's name, without a slash. */
  readonly command: string;
  readonly text: string;
}

/** What the argument could become. */
export interface Suggestion {
  /** What the command understands. */
  readonly value: string;
  /** What people read. One line. */
  readonly label: string;
}
