/** What setup asks a person to click at Discord, and how it knows that it was done. */
import { z } from 'zod';
import { ConfigError } from '../../src/core/errors.ts';
import type { Found, Known, Proof, SetupGuide, SetupStep } from '../../src/core/setup.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { authorId } from './address.ts';
import {
  allowContent,
  applicationOf,
  guildsOf,
  inviteUrl,
  lackingIn,
  ownerOf,
  readsContent,
} from './application.ts';
import { createCall, type RestCall } from './client.ts';
import { parseConfig } from './config.ts';
import { channelError, isUnauthorized } from './failures.ts';
import { problems } from './login.ts';

/** How often it is looked whether the bot was invited, milliseconds. */
const lookMs = 2000;
/** After that the person is asked whether to go on waiting, milliseconds. */
const patienceMs = 180_000;

const contentClicks =
  'Switch it on: https://discord.com/developers/applications, the application, Bot › Privileged Gateway Intents › Message Content Intent, Save Changes. Then paste the token again.';

const token: SetupStep = {
  instructions: () => [
    'Open https://discord.com/developers/applications?new_application=true, name it Dragoman, press Create.',
    'On its page: Bot › Reset Token › Yes, do it! › Copy.',
  ],
  paste: { variable: 'DISCORD_BOT_TOKEN', label: 'Bot token' },
  prove: (known) => attempt(known, introduced),
};

const invitation = (clock: Clock): SetupStep => ({
  instructions: ({ application = '' }) => [
    'Open this link, choose your server, press Continue, then Authorise. It asks for no more than the bot needs:',
    inviteUrl(application),
  ],
  awaits: 'Waiting until the bot is in a server…',
  optional: true,
  prove: (known, signal) => attempt(known, (call) => invited(call, clock, signal), signal),
});

/** Two things to do: the application with its bot, and its invitation. */
export function createSetup(clock: Clock): SetupGuide {
  return {
    name: 'Discord',
    hint: 'channels, threads and direct messages',
    steps: [token, invitation(clock)],
    greet,
    afterwards: 'Mention the bot in a channel: that opens a thread. Or write to it in private.',
  };
}

async function attempt(
  known: Known,
  act: (call: RestCall) => Promise<Proof>,
  signal?: AbortSignal,
): Promise<Proof> {
  try {
    const config = parseConfig(known, undefined);
    if (config === undefined) return { type: 'refused', sentence: 'No token was given.' };
    return await act(createCall(config, () => {}));
  } catch (error) {
    if (signal?.aborted) throw error;
    if (error instanceof ConfigError) return { type: 'refused', sentence: error.message };
    const sentence = isUnauthorized(error)
      ? problems.token.replace(', set the new one and restart.', ', and paste the new one.')
      : error instanceof z.ZodError
        ? 'What answers there is not Discord. Is DISCORD_API_URL right?'
        : `Discord did not answer as it should: ${channelError('the call', error).message}.`;
    return { type: 'refused', sentence };
  }
}

async function introduced(call: RestCall): Promise<Proof> {
  const application = await applicationOf(call);
  const known = readsContent(application) ? '' : await opened(call, application);
  if (known === undefined)
    return {
      type: 'refused',
      sentence: `The token is that of ${application.name}, but it may not read what people write. ${contentClicks}`,
    };
  const owner = ownerOf(application);
  return {
    type: 'proven',
    sentence: `The token is that of ${application.name}.${known}`,
    notes: { application: application.id },
    ...(owner === undefined ? {} : { operator: { id: authorId(owner.id), name: owner.name } }),
  };
}

/** Undefined: a person has to switch it on. */
async function opened(
  call: RestCall,
  application: Parameters<typeof allowContent>[1],
): Promise<string | undefined> {
  try {
    await allowContent(call, application);
  } catch (error) {
    if (isUnauthorized(error)) throw error;
    return undefined;
  }
  return readsContent(await applicationOf(call))
    ? ' Its Message Content intent was off and is on now.'
    : undefined;
}

async function invited(call: RestCall, clock: Clock, signal: AbortSignal): Promise<Proof> {
  const deadline = clock.now() + patienceMs;
  while (clock.now() < deadline && !signal.aborted) {
    const guilds = await guildsOf(call);
    if (guilds.length > 0) {
      const lacking = [...new Set(guilds.flatMap(lackingIn))];
      return {
        type: 'proven',
        sentence: `The bot is in ${guilds.map(({ name }) => name).join(', ')}.`,
        ...(lacking.length === 0
          ? {}
          : {
              advice: `It lacks ${lacking.join(', ')}. Open the link again, choose the server, and authorise all of it.`,
            }),
      };
    }
    await clock.sleep(lookMs, signal);
  }
  signal.throwIfAborted();
  return {
    type: 'refused',
    sentence: 'The bot is in no server yet. You need the right Manage Server there.',
  };
}

const opening = z.object({ id: z.string() });

async function greet(known: Known, operator: Found): Promise<string> {
  const proof = await attempt(known, async (call) => {
    const recipient = operator.id.slice(authorId('').length);
    const { id } = opening.parse(
      await call({ method: 'post', path: '/users/@me/channels', body: { recipient_id: recipient } }),
    );
    const content = `Hello ${operator.name}. Dragoman is set up and knows you as its admin. Start it, then write here what the agent should do.`;
    await call({
      method: 'post',
      path: `/channels/${id}/messages`,
      body: {
        content,
        allowed_mentions: { parse: [] },
        nonce: `hello-${recipient}`.slice(0, 25),
        enforce_nonce: true,
      },
    });
    return { type: 'proven', sentence: `A first message to ${operator.name} was sent.` };
  });
  return proof.type === 'proven' ? proof.sentence : `No first message could be sent: ${proof.sentence}`;
}
