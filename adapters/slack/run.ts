import { once } from 'node:events';
import { z } from 'zod';
import type { Host } from '../../src/core/channel.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { type Client, createClient } from './client.ts';
import type { SlackConfig } from './config.ts';
import { createApp } from './dispatch.ts';
import { prune } from './forms.ts';
import type { Health } from './health.ts';
import type { Self } from './inbound.ts';
import { createLanes } from './lanes.ts';
import { createPeople, type People } from './people.ts';
import { createInlet } from './receiver.ts';
import { receive } from './socket.ts';
import type { Births } from './stream-starts.ts';
import type { Streams } from './streams.ts';
import { pruneUploads } from './upload.ts';
import { addRoute, eventsPath } from './webhook-route.ts';
import type { Answers } from './whisper.ts';

/** Who we are, and whom we know. */
export interface Known {
  readonly self: Self;
  readonly people: People;
}

export interface Receiving {
  readonly config: SlackConfig;
  /** The adapter's id. */
  readonly adapter: string;
  readonly publicUrl: string;
  readonly client: Client;
  readonly clock: Clock;
  readonly answers: Answers;
  readonly health: Health;
  readonly streams: Streams;
  readonly births: Births;
  introduce(known: Known): void;
}

/** An event must be stored within three seconds, so facts that it waits for have less, milliseconds. */
const lookUpMs = 2000;
const firstDelayMs = 1000;
const longestDelayMs = 30_000;

/** Without these nothing that we do would work; what else is lacking costs a place or a sign only. */
const needed = ['chat:write', 'users:read'];

/** Receives until aborted. */
export async function receiving(parts: Receiving, host: Host, signal: AbortSignal): Promise<void> {
  const { config, adapter, client, clock, answers, health, publicUrl } = parts;
  const self = await identify(parts, signal);
  if (self === undefined) return;
  await tidy(parts, host);
  const { botToken, apiUrl, inbound } = config;
  const lookUps = createClient(botToken, { apiUrl, timeoutMs: lookUpMs });
  const people = createPeople({ client: lookUps, self, now: clock.now });
  parts.introduce({ self, people });
  const inlet = createInlet();
  createApp(
    {
      clock,
      host: noting(host, parts.streams, self),
      self,
      client,
      lookUps,
      people,
      lanes: createLanes(clock),
      answers,
      health,
    },
    { botToken, apiUrl, receiver: inlet.receiver },
  );
  if (inbound.mode === 'socket') {
    await receive({ appToken: inbound.appToken, apiUrl, inlet, health, clock }, signal);
    return;
  }
  const path = eventsPath(adapter);
  addRoute(host.routes, path, { signingSecret: inbound.signingSecret, inlet, health, now: clock.now });
  // Whether Slack knows this address shows with its first request only.
  health.alive(`requests of Slack are awaited at ${publicUrl}${path}`);
  if (!signal.aborted) await once(signal, 'abort');
}

/** Forgets what was kept for longer than anybody asks for it. */
async function tidy({ births, clock }: Receiving, { documents }: Host): Promise<void> {
  await prune(documents, clock.now());
  await pruneUploads(documents, clock.now());
  await births.prune();
}

/** Who speaks is whom streams are for. */
function noting(
  host: Host,
  streams: Streams,
  self: Self,
): Pick<Host, 'receive' | 'documents' | 'channelMoved'> {
  return {
    documents: host.documents,
    channelMoved: (from, to) => host.channelMoved(from, to),
    receive(event) {
      streams.heard(event, self.team);
      return host.receive(event);
    },
  };
}

/** Who we are; tried until Slack says it. `undefined`: aborted before. */
async function identify(parts: Receiving, signal: AbortSignal): Promise<Self | undefined> {
  const { clock, health } = parts;
  for (let delay = firstDelayMs; !signal.aborted; delay = Math.min(longestDelayMs, delay * 2)) {
    try {
      return await introduced(parts);
    } catch (error) {
      health.unreachable(error, 'SLACK_BOT_TOKEN');
      await clock.sleep(delay, signal);
    }
  }
  return undefined;
}

const shape = z.object({
  user_id: z.string(),
  bot_id: z.string(),
  team_id: z.string(),
  enterprise_id: z.string().nullish(),
});

async function introduced({ adapter, client, health }: Receiving): Promise<Self> {
  const answer = await client.auth.test();
  const { user_id: user, bot_id: bot, team_id: team, enterprise_id: enterprise } = shape.parse(answer);
  const granted = answer.response_metadata?.scopes;
  const lacking = granted === undefined ? [] : needed.filter((scope) => !granted.includes(scope));
  if (lacking.length > 0) health.lacking(lacking);
  return { adapter, user, bot, team, ...(enterprise ? { enterprise } : {}) };
}
