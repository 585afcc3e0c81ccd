import { createHash } from 'node:crypto';
import type { CommandDescription, Documents, Host, InboundEvent, Routes } from '../../../src/core/channel.ts';

/** What the gateway does with an event: stores it, refuses it, or says nothing. */
export type Mode = 'stores' | 'refuses' | 'hangs';

/** A gateway that only stores, and does so as the test says. */
export interface Gateway {
  readonly host: Host;
  /** What is stored, in order. */
  readonly events: readonly InboundEvent[];
  /** How many events it was given, stored or not. */
  offered(): number;
  turn(mode: Mode): void;
  /** From now on these people, and nobody else, may answer; by their names. */
  admitOnly(people: readonly string[]): void;
  /** What fits is refused, whatever the mode; unset: nothing. */
  refuseOnly(fits?: (event: InboundEvent) => boolean): void;
  readonly moves: readonly (readonly [string, string])[];
  /** Proofs of life. */
  readonly proofs: readonly string[];
  readonly ailments: readonly string[];
  /** What was logged, as `level fact {fields}`. */
  readonly logged: readonly string[];
}

export interface GatewayOptions {
  readonly documents: Documents;
  readonly routes: Routes;
  readonly commands?: readonly CommandDescription[];
  /** What it does with an event that it has stored. */
  readonly onEvent?: (event: InboundEvent) => void;
  readonly suggest?: Host['suggest'] | undefined;
  /** Whom it lets the adapter answer; unset: everybody. */
  readonly admits?: (deed: Pick<InboundEvent, 'author'>) => boolean;
}

export function createGateway(options: GatewayOptions): Gateway {
  const { documents, routes, commands = [], onEvent, suggest, admits } = options;
  const events: InboundEvent[] = [];
  const moves: (readonly [string, string])[] = [];
  const proofs: string[] = [];
  const ailments: string[] = [];
  const logged: string[] = [];
  const note = (level: string) => (fields: object, fact: string) =>
    void logged.push(`${level} ${fact} ${JSON.stringify(fields)}`);
  const state = {
    mode: 'stores' as Mode,
    offered: 0,
    turned: Promise.withResolvers<void>(),
    refuses: (_event: InboundEvent): boolean => false,
    admitted: undefined as readonly string[] | undefined,
  };
  const receive = async (event: InboundEvent): Promise<void> => {
    state.offered += 1;
    while (state.mode === 'hangs') await state.turned.promise;
    if (state.mode === 'refuses' || state.refuses(event)) throw new Error('the database does not answer');
    events.push(event);
    onEvent?.(event);
  };
  return {
    events,
    moves,
    proofs,
    ailments,
    logged,
    offered: () => state.offered,
    refuseOnly(fits = () => false) {
      state.refuses = fits;
    },
    admitOnly(people) {
      state.admitted = people;
    },
    turn(mode) {
      state.mode = mode;
      state.turned.resolve();
      state.turned = Promise.withResolvers();
    },
    host: {
      receive,
      documents,
      routes,
      commands,
      ...(suggest === undefined ? {} : { suggest }),
      admits: async (deed) =>
        (admits?.(deed) ?? true) && (state.admitted?.some((name) => deed.author.name.includes(name)) ?? true),
      channelMoved: async (from, to) => void moves.push([from, to]),
      alive: (proof) => void proofs.push(proof),
      ailing: (reason) => void ailments.push(reason),
      secret: (purpose) => createHash('sha256').update(purpose).digest('hex'),
      log: { debug: note('debug'), info: note('info'), warn: note('warn') },
    },
  };
}
