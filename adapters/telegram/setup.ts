/** What setup asks a person to do at Telegram, and how it knows that it was done. */
import type { Api } from 'grammy';
import type { Message, Update } from 'grammy/types';
import { ConfigError } from '../../src/core/errors.ts';
import type { Found, Known, Proof, SetupGuide, SetupStep } from '../../src/core/setup.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { platform } from './address.ts';
import { clientSignal, createApi } from './client.ts';
import { parseConfig } from './config.ts';
import { channelError, reasonOf, refusalOf } from './failures.ts';

/** How often it is looked whether the person has written, milliseconds. */
const lookMs = 1000;
/** A person who has not written by then is asked whether to go on waiting, milliseconds. */
const patienceMs = 120_000;

const token: SetupStep = {
  instructions: () => [
    'Open https://t.me/BotFather in Telegram and press Start.',
    'Send /newbot, then a name (Dragoman), then a username that ends in "bot" (acme_dragoman_bot).',
    'Copy the token from its answer; it looks like 123456789:AAE…',
  ],
  paste: { variable: 'TELEGRAM_BOT_TOKEN', label: 'Bot token' },
  prove: (known) => attempt(known, (api) => introduced(api)),
};

const hello = (clock: Clock): SetupStep => ({
  instructions: ({ bot = '' }) => [
    `Open https://t.me/${bot} and send it any message, so that it knows who you are.`,
  ],
  awaits: 'Waiting for your message to the bot…',
  listens: true,
  optional: true,
  prove: (known, signal) => attempt(known, (api) => heard(api, clock, signal), signal),
});

/** Two things to do: a bot from BotFather, and a first message to it. */
export function createSetup(clock: Clock): SetupGuide {
  return {
    name: 'Telegram',
    hint: 'private chats, groups and topics',
    steps: [token, hello(clock)],
    greet,
    afterwards:
      'Write to the bot in private, or add it to a group and mention it there. Several conversations in the private chat: @BotFather › /mybots › the bot › Bot Settings › Threads Settings.',
  };
}

async function attempt(
  known: Known,
  act: (api: Api) => Promise<Proof>,
  signal?: AbortSignal,
): Promise<Proof> {
  try {
    const config = parseConfig(known, undefined);
    if (config === undefined) return { type: 'refused', sentence: 'No token was given.' };
    return await act(createApi(config));
  } catch (error) {
    if (signal?.aborted) throw error;
    if (error instanceof ConfigError) return { type: 'refused', sentence: error.message };
    const refusal = refusalOf(error);
    const sentence = reasonOf(refusal, Number.POSITIVE_INFINITY, error);
    return { type: 'refused', sentence: sentence ?? channelError('getMe', error).message };
  }
}

async function introduced(api: Api): Promise<Proof> {
  const { username, first_name: name, can_join_groups: joins } = await api.getMe();
  const { url } = await api.getWebhookInfo();
  const advice = [
    ...(url
      ? [
          `What is written to this bot goes to ${new URL(url).host} now, and to Dragoman from here on. If that is not meant, press Ctrl-C and make another bot.`,
        ]
      : []),
    ...(joins
      ? []
      : [
          'The bot may not be added to groups. If it should: @BotFather, /setjoingroups, choose the bot, Enable.',
        ]),
  ].join(' ');
  return {
    type: 'proven',
    sentence: `The token is that of ${name}, @${username}.`,
    notes: { bot: username },
    ...(advice === '' ? {} : { advice }),
  };
}

type Written = Update & { readonly message: Message & { readonly from: NonNullable<Message['from']> } };

/** Nothing is confirmed before it is sure whose it is, so that no message of anybody is lost. */
async function heard(api: Api, clock: Clock, signal: AbortSignal): Promise<Proof> {
  await api.deleteWebhook({ drop_pending_updates: false }, clientSignal(signal));
  const deadline = clock.now() + patienceMs;
  while (clock.now() < deadline && !signal.aborted) {
    const updates = await api.getUpdates({ timeout: 0 }, clientSignal(signal));
    const written = updates.findLast(isPrivate);
    if (written !== undefined) {
      await confirm(api, updates, written);
      const { id, first_name: first, last_name: last } = written.message.from;
      const name = [first, last].filter(Boolean).join(' ');
      return {
        type: 'proven',
        sentence: `${name} wrote to the bot.`,
        operator: { id: `${platform}:${id}`, name },
      };
    }
    await clock.sleep(lookMs, signal);
  }
  signal.throwIfAborted();
  return {
    type: 'refused',
    sentence:
      'No private message has reached the bot. Is it the bot with this name, and did you press Start there?',
  };
}

function isPrivate(update: Update): update is Written {
  const { message } = update;
  return message?.from !== undefined && message.chat.type === 'private' && !message.from.is_bot;
}

/** The hello is no prompt; it would be answered at the first start. What others wrote stays for that start. */
async function confirm(
  api: Api,
  updates: readonly Update[],
  { message, update_id: last }: Written,
): Promise<void> {
  const own = updates
    .filter(({ update_id: id }) => id <= last)
    .every((one) => isPrivate(one) && one.message.from.id === message.from.id);
  if (own) await api.getUpdates({ offset: last + 1, limit: 1, timeout: 0 });
}

async function greet(known: Known, operator: Found): Promise<string> {
  const proof = await attempt(known, async (api) => {
    await api.sendMessage(
      Number(operator.id.slice(platform.length + 1)),
      `Hello ${operator.name}. Dragoman is set up and knows you as its admin. Start it, then write here what the agent should do.`,
    );
    return { type: 'proven', sentence: `A first message to ${operator.name} was sent.` };
  });
  return proof.type === 'proven' ? proof.sentence : `No first message could be sent: ${proof.sentence}`;
}
