/** What the suite asks of a platform and of the people on it: each adapter's rig gives these. */
import { expect } from 'vitest';
import type {
  ChannelAdapter,
  Form,
  InboundEvent,
  MessageId,
  Room,
  ThreadAddress,
} from '../../../src/core/channel.ts';
import type { ChannelFailure } from '../../../src/core/errors.ts';
import type { Downloads, SeenFile, SentFile, Uploads } from './file-rig.ts';
import type { Gateway } from './gateway.ts';

/**
 * Where something takes place. `thread` and `other`: two threads that are ours, which exist when the rig has
 * started. `private`: one person with us. `channel`: many conversations, in which only a mention is for us.
 */
export type Place = 'thread' | 'other' | 'private' | 'channel';

export type Who = 'ann' | 'ben';

export type Reason = ChannelFailure['reason'];

/** An adapter on its platform, running, and people who use it. */
export interface ChannelUnderTest {
  /** The one that runs now. */
  adapter(): ChannelAdapter;
  readonly gateway: Gateway;
  readonly places: {
    readonly thread: ThreadAddress;
    readonly other: ThreadAddress;
    /** What the events of a place say; a place that is not here is one that the platform does not have. */
    readonly rooms: Readonly<Partial<Record<Place, Room>>>;
    /** What people call them; `other` is where they write "hello again", the others where they write "hello". */
    readonly names: Readonly<Record<'thread' | 'other' | 'private', string>>;
  };
  readonly people: People;
  readonly platform: Platform;
  /** A further adapter, which does not run. */
  make(): Promise<ChannelAdapter>;
  /** Ends the adapter; resolves when its `run` has ended. */
  halt(): Promise<void>;
  /** A new adapter takes its place, with what the old one had stored; resolves when it hears people. */
  begin(): Promise<void>;
  stop(): Promise<void>;
}

export interface Sent {
  /** The platform has been told that it has arrived. */
  acknowledged(): boolean;
  /** The person’s client tries again what was not taken; absent: the platform or the adapter does. */
  again?(): Promise<void>;
}

export interface Saying {
  /** Unset: Ann. */
  readonly by?: Who;
  /** Unset: not. */
  readonly mention?: boolean;
  readonly replyTo?: MessageId;
}

export interface People {
  /** False: a message cannot be an answer to another one there. Unset: it can. */
  readonly replies?: boolean;
  /** Resolves when the platform has it, and before it is acknowledged. */
  write(place: Place, text: string, how?: Saying): Promise<Sent>;
  /** As `write` into the thread, told with null wherever the platform may leave something out. */
  writeSparsely?(text: string): Promise<Sent>;
  /** The platform tells of a message in a shape that nobody can read. */
  babble?(): Promise<Sent>;
  /** The next thing that people write or do is delivered twice. */
  repeatNext?(): void;
  /** Passes on what somebody else wrote elsewhere, without a word of their own. */
  forward?(place: Place, text: string): Promise<void>;
  change?(place: Place, message: MessageId, text: string): Promise<void>;
  withdraw?(place: Place, message: MessageId): Promise<void>;
  command?(place: Place, name: string, text: string): Promise<void>;
  /** Sends a text file with a caption. */
  attach?(place: Place, caption: string, name: string, bytes: string): Promise<void>;
  /** As `write`, with files that people see as one message, in this order. An empty text: the files alone. */
  send?(place: Place, text: string, files: readonly SentFile[], how?: Saying): Promise<Sent>;
  press(place: Place, message: MessageId, label: string, by?: Who): Promise<void>;
  /** The button that opens a form; absent: a form stands open in its message. */
  opener?(form: Form): string;
  submit?(
    place: Place,
    message: MessageId,
    form: Form,
    fields: Readonly<Record<string, readonly string[]>>,
  ): Promise<void>;
}

/** A message as a person sees it, without signs that cannot be seen. */
export interface Seen {
  readonly id: MessageId;
  readonly by: 'agent' | 'person';
  /** Small print included. */
  readonly text: string;
  readonly buttons: readonly string[];
  /** Unset: none, or it is a message of a person. */
  readonly files?: readonly SeenFile[];
}

export interface Streams {
  /** Whether this message is a stream that is not closed. */
  isOpen(address: ThreadAddress, id: MessageId): boolean;
  /** The next start takes effect, and its answer is lost. */
  loseStart(): void;
  /** The next piece takes effect, and its answer is lost. */
  losePiece(): void;
  /** The next start is refused. */
  refuse(): void;
}

export interface Platform {
  screen(address: ThreadAddress): Promise<readonly Seen[]>;
  /**
   * The next call that posts or edits is refused for this reason, `rejected` and `unknown` in each of its forms; a rate
   * is limited for this long.
   */
  readonly refuse: Readonly<Partial<Record<Reason, (retryAfterMs: number) => void>>>;
  /** The next post or edit is refused once, in words that nobody knows: absent, a message has one form only. */
  refuseForm?(): void;
  /** The next post or edit takes effect, and its answer is lost. */
  loseAnswer?(call: 'post' | 'edit'): void;
  /** The next post or edit is answered with this status and a page of HTML, by something between us and the platform. */
  answerWithPage?(status: number): void;
  /** The next post or edit is told to wait for so long, in the body of the answer only. */
  limitInBody?(retryAfterMs: number): void;
  /** How many calls of the adapter's own have shown something to somebody. */
  calls?(): number;
  /** The connection on which events come is cut. */
  cut?(): void;
  /**
   * From now on no events come, and those of this time are not told later either: only reading what stands in the
   * threads tells of them. Resolves when it is so; what it yields brings the connection back.
   */
  lapse?(): Promise<() => void>;
  /** Where `ChannelAdapter.download` gets its bytes. */
  readonly downloads?: Downloads;
  /** Where `ChannelAdapter.upload` brings its files. */
  readonly uploads?: Uploads;
  /** Growing text by means of its own; absent: it grows by edits alone. */
  readonly streams?: Streams;
  /** What a message does beside being read: pings, mentions, controls of its own, addresses that are fetched. */
  minted(address: ThreadAddress, id: MessageId): Promise<readonly string[]>;
  /** Whether it made a sound, and whom it named. */
  notice?(
    address: ThreadAddress,
    id: MessageId,
  ): { readonly silent: boolean; readonly named: readonly string[] };
  /** What Ann alone is shown in a thread. */
  shownToAnn?(address: ThreadAddress): readonly string[];
  /** A sign of life is shown in the thread. */
  isAlive?(address: ThreadAddress): boolean;
  /** What no error may hold. */
  readonly secrets: readonly string[];
}

/** Starts a rig for one test. */
export type Start = () => Promise<ChannelUnderTest>;

/** Waits for what must become true; fails with what it was instead. */
export async function until<T>(look: () => T | undefined, what: string): Promise<T> {
  await expect.poll(look, { message: what, interval: 10 }).toBeTruthy();
  const seen = look();
  if (seen === undefined) throw new Error(what);
  return seen;
}

export type EventOf<Type extends InboundEvent['type']> = Extract<InboundEvent, { readonly type: Type }>;

/** The newest event of this kind that fits, when it has come. */
export function arrived<Type extends InboundEvent['type']>(
  { gateway }: ChannelUnderTest,
  type: Type,
  fits: (event: EventOf<Type>) => boolean = () => true,
): Promise<EventOf<Type>> {
  const is = (event: InboundEvent): event is EventOf<Type> => event.type === type;
  return until(() => gateway.events.filter(is).findLast(fits), `a ${type} event`);
}

/** A person writes, and it arrives. */
export async function said(channel: ChannelUnderTest, place: Place, text: string, how: Saying = {}) {
  await channel.people.write(place, text, how);
  return arrived(channel, 'message', (event) => event.text === text);
}

/** The texts of the agent in a thread, from top to bottom. */
export async function texts(
  { platform }: ChannelUnderTest,
  address: ThreadAddress,
): Promise<readonly string[]> {
  return (await platform.screen(address)).filter(({ by }) => by === 'agent').map(({ text }) => text);
}
