/** What setup asks a person to click at Slack, and how it knows that it was done. */
import { SocketModeClient } from '@slack/socket-mode';
import { z } from 'zod';
import { ConfigError } from '../../src/core/errors.ts';
import type { Found, Known, Proof, SetupGuide, SetupStep } from '../../src/core/setup.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { type Client, clientOptions, createClient, quiet } from './client.ts';
import { parseConfig, type SlackConfig } from './config.ts';
import { problemOf, type TokenName } from './failures.ts';
import { platform } from './inbound.ts';
import { botScopes, manifestUrl } from './manifest.ts';
import { createPeople } from './people.ts';

/** A person who has not written by then is asked whether to go on waiting, milliseconds. */
const patienceMs = 120_000;

const app: SetupStep = {
  instructions: () => [
    'Open this link. It shows Slack’s form for a new app with everything filled in:',
    manifestUrl,
    'Choose your workspace, press Next, then Create.',
    'There: Basic Information › App-Level Tokens › Generate Token and Scopes, any name, Add Scope: connections:write, Generate.',
    'Copy the token; it begins with xapp-',
  ],
  paste: { variable: 'SLACK_APP_TOKEN', label: 'App-level token' },
  prove: (known) =>
    attempt(
      'SLACK_APP_TOKEN',
      { ...known, SLACK_BOT_TOKEN: 'xoxb-not-known-yet' },
      async ({ apiUrl, inbound }) => {
        if (inbound.mode !== 'socket') return { type: 'refused', sentence: 'No app-level token was given.' };
        await createClient(inbound.appToken, { apiUrl }).apps.connections.open({});
        return { type: 'proven', sentence: 'Slack lets us open a socket with it.' };
      },
    ),
};

const install: SetupStep = {
  instructions: () => [
    'In the same app: Install App › Install to Workspace › Allow.',
    'Copy the Bot User OAuth Token; it begins with xoxb-',
  ],
  paste: { variable: 'SLACK_BOT_TOKEN', label: 'Bot token' },
  prove: (known) =>
    attempt('SLACK_BOT_TOKEN', known, async ({ botToken, apiUrl }) => {
      const answer = await createClient(botToken, { apiUrl }).auth.test();
      const granted = answer.response_metadata?.scopes ?? botScopes;
      const lacking = botScopes.filter((scope) => !granted.includes(scope));
      if (lacking.length > 0)
        return {
          type: 'refused',
          sentence: `The app lacks ${lacking.join(', ')}. Add it under OAuth & Permissions › Bot Token Scopes, install the app again, and paste the token again.`,
        };
      return {
        type: 'proven',
        sentence: `The token is that of @${answer.user} in the workspace ${answer.team}.`,
      };
    }),
};

const hello = (clock: Clock): SetupStep => ({
  instructions: () => [
    'In Slack: Apps › Dragoman (or search for Dragoman) › Messages, and send it any message, so that it knows who you are.',
  ],
  awaits: 'Waiting for your message to Dragoman…',
  listens: true,
  optional: true,
  prove: (known, signal) => attempt('SLACK_APP_TOKEN', known, (config) => heard(config, clock, signal)),
});

/** Three things to do: the app, its installation, and a first message to it. */
export function createSetup(clock: Clock): SetupGuide {
  return {
    name: 'Slack',
    hint: 'channels, threads and direct messages',
    steps: [app, install, hello(clock)],
    greet,
    afterwards:
      'Invite the bot into a channel with /invite @Dragoman, and mention it there: that opens a thread.',
  };
}

async function attempt(
  name: TokenName,
  known: Known,
  act: (config: SlackConfig) => Promise<Proof>,
): Promise<Proof> {
  try {
    const config = parseConfig(known, undefined);
    if (config === undefined) return { type: 'refused', sentence: 'No token was given.' };
    return await act(config);
  } catch (error) {
    if (error instanceof DOMException) throw error;
    const sentence = error instanceof ConfigError ? error.message : problemOf(error, name);
    return { type: 'refused', sentence: sentence.replace(/, and restart\.$|\s*Trying again\.$/, '.') };
  }
}

const said = z.object({
  event: z.object({
    type: z.literal('message'),
    channel: z.string(),
    channel_type: z.literal('im'),
    user: z.string(),
    bot_id: z.undefined().optional(),
    subtype: z.undefined().optional(),
  }),
});
type Said = z.infer<typeof said>['event'];

async function heard(
  { botToken, apiUrl, inbound }: SlackConfig,
  clock: Clock,
  signal: AbortSignal,
): Promise<Proof> {
  if (inbound.mode !== 'socket')
    return { type: 'refused', sentence: 'Without an app-level token nothing can be heard here.' };
  const message = await firstMessage({ appToken: inbound.appToken, apiUrl, clock }, signal);
  signal.throwIfAborted();
  if (message === undefined)
    return {
      type: 'refused',
      sentence:
        'No direct message has reached the app. Is Event Subscriptions on, and is Messages Tab allowed under App Home?',
    };
  const client = createClient(botToken, { apiUrl });
  const { id, name } = await personOf(client, clock, message.user);
  return {
    type: 'proven',
    sentence: `${name} wrote to the app.`,
    operator: { id, name },
    notes: { channel: message.channel },
  };
}

async function personOf(client: Client, clock: Clock, user: string): Promise<Found> {
  const { user_id: self = '', bot_id: bot = '', team_id: team = '' } = await client.auth.test();
  const people = createPeople({
    client,
    identity: async () => ({ adapter: platform, user: self, bot, team }),
    now: clock.now,
  });
  return people.author({ user });
}

interface Waiting {
  readonly appToken: string;
  readonly apiUrl: string | undefined;
  readonly clock: Clock;
}

/** undefined: none came in time. */
async function firstMessage(
  { appToken, apiUrl, clock }: Waiting,
  signal: AbortSignal,
): Promise<Said | undefined> {
  const client = new SocketModeClient({
    appToken,
    autoReconnectEnabled: false,
    logger: quiet,
    clientOptions: clientOptions({ apiUrl }),
  });
  const first = Promise.withResolvers<Said>();
  client.on('slack_event', ({ ack, body }: { ack: () => Promise<void>; body: unknown }) => {
    // Taken or not, an event of before the first start is not for the agent.
    ack().catch(first.reject);
    const parsed = said.safeParse(body);
    if (parsed.success) first.resolve(parsed.data.event);
  });
  await client.start();
  const over = new AbortController();
  try {
    const patience = clock.sleep(patienceMs, AbortSignal.any([signal, over.signal]));
    return await Promise.race([first.promise, patience.then(() => undefined)]);
  } finally {
    over.abort();
    await client.disconnect();
  }
}

async function greet(known: Known, operator: Found): Promise<string> {
  const { channel } = known;
  if (channel === undefined) return 'No first message was sent, since you have not written to the app yet.';
  const proof = await attempt('SLACK_BOT_TOKEN', known, async ({ botToken, apiUrl }) => {
    await createClient(botToken, { apiUrl }).chat.postMessage({
      channel,
      text: `Hello ${operator.name}. Dragoman is set up and knows you as its admin. Start it, then write here what the agent should do.`,
    });
    return { type: 'proven', sentence: `A first message to ${operator.name} was sent.` };
  });
  return proof.type === 'proven' ? proof.sentence : `No first message could be sent: ${proof.sentence}`;
}
