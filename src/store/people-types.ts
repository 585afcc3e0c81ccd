/** People, the channels opened to them, and why what somebody did was not acted on. Times as in `rows.ts`. */
import type { Author, MessageId, ThreadAddress } from '../core/channel.ts';
import type { InboxId, ServerName, ThreadId } from '../core/ids.ts';
import type { Lease } from './rows.ts';

/** Somebody who may do something, or once might. */
export interface PersonRow {
  readonly id: Author['id'];
  /** As it was last seen. */
  readonly name: string;
  /** Since when they are paired; undefined: they are not, or not any more. */
  readonly pairedAt: number | undefined;
  /** Who let them in: the id of an admin, or `operator`. */
  readonly pairedBy: string | undefined;
}

/** What the store knows of somebody, and of the channel where they do something. */
export interface PersonStanding {
  /** Unset: never met. */
  readonly name: string | undefined;
  readonly paired: boolean;
  /** Paired people may do something in this channel. */
  readonly open: boolean;
}

/** The code of somebody who asks to be let in. One row a person. */
export interface PairingRow {
  readonly person: Author['id'];
  readonly name: string;
  /** Where they asked. */
  readonly thread: ThreadId;
  /** The inbox row that the code is derived from. */
  readonly inbox: InboxId;
  /** Keyed hash of the code, hex. */
  readonly hash: string;
  readonly state: 'open' | 'used' | 'expired' | 'spent';
}

/** A paired person who has not been told so yet. */
export interface Greeting {
  readonly person: Author['id'];
  readonly pairedBy: string;
  readonly thread: ThreadId;
  /** The inbox row of their code. */
  readonly pairing: InboxId;
}

/** People and their codes. Not leased: it does not matter which process lets somebody in. */
export interface PeopleStore {
  standing(
    author: Author['id'],
    address: Pick<ThreadAddress, 'platform' | 'channel'>,
  ): Promise<PersonStanding>;
  /** Remembers the name. */
  meet(author: Pick<Author, 'id' | 'name'>): Promise<void>;
  /** Everybody ever met, by name. */
  list(): Promise<readonly PersonRow[]>;
  /** Lets in the person of an open pairing, and uses the pairing up. Again: changes nothing. */
  pair(pairing: PairingRow, by: string): Promise<void>;
  /** They may do nothing any more. */
  unpair(person: Author['id']): Promise<void>;
  /** Paired people on this server who have not been told. */
  ungreeted(server: ServerName): Promise<readonly Greeting[]>;
  greeted(person: Author['id']): Promise<void>;
}

export interface PairingStore {
  /** The person's pairing: this one, where none is open. */
  ask(pairing: Omit<PairingRow, 'state'>, ttlMs: number): Promise<PairingRow>;
  /** All that are kept, in whatever state. */
  list(): Promise<readonly PairingRow[]>;
  /** A wrong code was given: counts against every open one. `attempt` names the try; the same one counts once. */
  missed(attempt: string): Promise<void>;
  /** Forgets what ended more than a day ago. */
  prune(): Promise<void>;
}

/** A channel that paired people may use, or may no more. */
export interface OpeningRow {
  readonly open: boolean;
  readonly changedBy: Author['id'];
  /** The inbox row that changed it. */
  readonly inbox: InboxId;
}

export interface OpeningStore {
  of(address: Pick<ThreadAddress, 'platform' | 'channel'>): Promise<OpeningRow | undefined>;
  /** Opens a channel that was neither opened nor closed before; the row as it is then. */
  begin(address: ThreadAddress, by: Author['id'], inbox: InboxId): Promise<OpeningRow>;
  set(address: ThreadAddress, opening: OpeningRow): Promise<void>;
  /** The channel has another id from now on. */
  move(platform: string, from: string, to: string): Promise<void>;
}

/** Why an event was not acted on: no text of anybody. */
export interface ReasonRow {
  readonly inbox: InboxId;
  readonly thread: ThreadId;
  /** What was said, or what carries the button that was pressed. */
  readonly message: MessageId | undefined;
  readonly author: Author['id'];
  /** Half a sentence, after "Not answered: ". */
  readonly reason: string;
  /** Names the entry of the log. */
  readonly reference: string;
  readonly at: number;
}

export interface ReasonStore {
  /** The row that is there afterwards: the first one of this inbox row. */
  record(lease: Lease, reason: Omit<ReasonRow, 'at'>): Promise<ReasonRow>;
  /** Of this message, or the newest of the thread. */
  find(thread: ThreadId, message?: MessageId): Promise<ReasonRow | undefined>;
  /** Was something that this person did at this message not acted on before? */
  has(thread: ThreadId, message: MessageId, author: Author['id']): Promise<boolean>;
  /** Forgets what is more than 7 days old. */
  prune(): Promise<void>;
}
