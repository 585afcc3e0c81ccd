/** The parts of one bot, put together once and before it runs: whatever hears and whatever speaks shares them. */
import type { Host } from '../../src/core/channel.ts';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { type Client, createClient } from './client.ts';
import type { SlackConfig } from './config.ts';
import { createHealth, type Health } from './health.ts';
import { createIdentity, type Identity } from './identity.ts';
import { platform } from './inbound.ts';
import { createPeople, type People } from './people.ts';
import { createPlaces, type Places } from './places.ts';
import { createStreamStarts, type StreamStarts } from './stream-starts.ts';
import { createStreams, type Streams } from './streams.ts';
import { createWhispers, type Whispers } from './whisper.ts';

export interface SlackDeps {
  readonly config: SlackConfig;
  /** The platform in its addresses; unset: `slack`. */
  readonly id?: string;
  /** How people reach the process's HTTP server. */
  readonly publicUrl: string;
  readonly host: Host;
  /** Unset: the system's. */
  readonly clock?: Clock;
}

/** What one bot works with, hearing and speaking. */
export interface Parts extends Required<SlackDeps> {
  readonly health: Health;
  readonly client: Client;
  /** For facts that an event waits for: it has less patience. */
  readonly lookUps: Client;
  readonly identity: Identity;
  readonly people: People;
  readonly places: Places;
  readonly whispers: Whispers;
  readonly streams: Streams;
  readonly streamStarts: StreamStarts;
}

/** An event must be stored within three seconds, so facts that it waits for have less, milliseconds. */
const lookUpMs = 2000;
/** A stream is an ornament: what it shows comes by an edit where it does not answer within this time, milliseconds. */
const streamMs = 5000;

export function createParts(deps: SlackDeps): Parts {
  const { config, host, clock = systemClock, id = platform } = deps;
  const { now } = clock;
  const health = createHealth(host);
  const { called } = health;
  const client = createClient(config.botToken, config);
  const lookUps = createClient(config.botToken, { apiUrl: config.apiUrl, timeoutMs: lookUpMs });
  const hasty = createClient(config.botToken, { apiUrl: config.apiUrl, timeoutMs: streamMs });
  const identity = createIdentity({ adapter: id, client, health });
  const streamStarts = createStreamStarts({ client, identity, documents: host.documents, now });
  return {
    ...deps,
    id,
    clock,
    health,
    client,
    lookUps,
    identity,
    places: createPlaces({ client: lookUps, documents: host.documents, now }),
    people: createPeople({ client: lookUps, identity, now }),
    whispers: createWhispers({ client, called }),
    streams: createStreams({ client: hasty, streamStarts, now }),
    streamStarts,
  };
}
