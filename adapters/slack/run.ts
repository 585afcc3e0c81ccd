/** The loop of the adapter: find out who we are, then take events by sockets or by signed requests. */
import type { Host } from '../../src/core/channel.ts';
import { aborted } from '../../src/lib/abort.ts';
import { createBoltApp } from './dispatch.ts';
import { prune } from './forms.ts';
import type { Self } from './identity.ts';
import { createOrderedLanes } from './lanes.ts';
import type { Parts } from './parts.ts';
import { type BoltReceiver, createBoltReceiver } from './receiver.ts';
import { runSockets } from './socket.ts';
import { pruneUploads } from './upload.ts';
import { addRoute, webhookPath } from './webhook-route.ts';

const firstDelayMs = 1000;
const longestDelayMs = 30_000;

/** Receives until aborted. */
export async function run(parts: Parts, signal: AbortSignal): Promise<void> {
  const { config, id, clock, host, health, publicUrl } = parts;
  const { apiUrl, inbound } = config;
  const self = await identified(parts, signal);
  if (self === undefined) return;
  await tidy(parts);
  const receiver = receiverOf(parts, self);
  if (inbound.mode === 'socket') {
    await runSockets({ appToken: inbound.appToken, apiUrl, receiver, health, clock }, signal);
    return;
  }
  const path = webhookPath(id);
  addRoute(host.routes, path, { signingSecret: inbound.signingSecret, receiver, health, now: clock.now });
  // Whether Slack knows this address shows with its first request only.
  health.alive(`requests of Slack are awaited at ${publicUrl}${path}`);
  await aborted(signal);
}

/** Forgets what was kept for longer than anybody asks for it, and remembers the rest. */
async function tidy({ streamStarts, places, clock, host: { documents } }: Parts): Promise<void> {
  await prune(documents, clock.now());
  await pruneUploads(documents, clock.now());
  await streamStarts.prune();
  await places.load();
}

function receiverOf(parts: Parts, self: Self): BoltReceiver {
  const { config, clock, client, lookUps, people, places, whispers, health } = parts;
  const { botToken, apiUrl } = config;
  const host = noting(parts, self);
  const deps = {
    clock,
    host,
    self,
    client,
    lookUps,
    people,
    places,
    lanes: createOrderedLanes(clock),
    whispers,
    health,
  };
  return createBoltReceiver((receiver) => createBoltApp(deps, { botToken, apiUrl, receiver }));
}

/** Who speaks is whom streams are for. */
function noting(
  { host, streams }: Parts,
  self: Self,
): Pick<Host, 'receive' | 'admits' | 'documents' | 'channelMoved' | 'log'> {
  return {
    log: host.log,
    admits: async (deed) => (await host.admits?.(deed)) ?? true,
    documents: host.documents,
    channelMoved: (from, to) => host.channelMoved(from, to),
    receive(event) {
      streams.heard(event, self.team);
      return host.receive(event);
    },
  };
}

/** Who we are; tried until Slack says it. `undefined`: aborted before. */
async function identified(
  { identity, clock, health }: Parts,
  signal: AbortSignal,
): Promise<Self | undefined> {
  for (let delay = firstDelayMs; !signal.aborted; delay = Math.min(longestDelayMs, delay * 2)) {
    try {
      return await identity();
    } catch (error) {
      health.unreachable(error, 'SLACK_BOT_TOKEN');
      await clock.sleep(delay, signal);
    }
  }
  return undefined;
}
