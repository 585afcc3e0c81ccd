/** What doctor looks at: bot, privacy, webhook, rivals and groups, by calls that confirm no update. */
import type { Api } from 'grammy';
import type { ChatMember } from 'grammy/types';
import type { Diagnosis, DiagnosisContext, Finding } from '../../src/core/diagnosis.ts';
import { createApi } from './client.ts';
import type { TelegramConfig } from './config.ts';
import { channelError, reasonOf, refusalOf } from './failures.ts';
import { webhookFindings } from './webhook-findings.ts';

/** A rival asks again within this time, and so ends our poll, seconds. */
const rivalSeconds = 4;

/** Token, privacy mode, webhook, a second program that polls, and the groups that are configured. */
export async function diagnose(config: TelegramConfig, context: DiagnosisContext): Promise<Diagnosis> {
  const api = createApi(config);
  const site = config.apiUrl;
  try {
    const me = await api.getMe();
    const findings: Finding[] = [
      { subject: 'bot token', state: 'ok', sentence: `Telegram knows the bot @${me.username}.` },
      privacy(me.can_read_all_group_messages, me.username),
      ...(await webhookFindings(api, config, context)),
      ...(config.webhook === undefined ? [await rival(api, context)] : []),
    ];
    for (const channel of context.channels) findings.push(await membership(api, me.id, channel));
    return { findings, site };
  } catch (error) {
    return { findings: [unknown(error)], site };
  }
}

function unknown(error: unknown): Finding {
  const refusal = refusalOf(error);
  const refused = refusal?.code === 401 || refusal?.code === 404;
  if (refusal !== undefined && /logged out/i.test(refusal.description))
    return {
      subject: 'bot token',
      state: 'fail',
      sentence: reasonOf(refusal, 0, error) ?? '',
      fix: 'Set TELEGRAM_API_URL to the Bot API server that the bot was moved to.',
    };
  return {
    subject: 'bot token',
    state: 'fail',
    sentence: refused
      ? 'Telegram does not know this bot token.'
      : (reasonOf(refusal, Number.POSITIVE_INFINITY, error) ?? channelError('getMe', error).message),
    fix: refused
      ? 'In Telegram: @BotFather, /mybots, the bot, API Token. Put it into TELEGRAM_BOT_TOKEN, or run setup again.'
      : 'See whether this machine reaches https://api.telegram.org, or set TELEGRAM_API_URL to a server that it reaches.',
  };
}

function privacy(readsAll: boolean | undefined, username: string | undefined): Finding {
  if (readsAll === true)
    return { subject: 'privacy mode', state: 'ok', sentence: 'Off: the bot hears all of its groups.' };
  return {
    subject: 'privacy mode',
    state: 'warn',
    sentence:
      'On: in groups the bot hears only commands, mentions and replies to it, also in threads of its own.',
    fix: `To talk in its threads without a mention: @BotFather, /setprivacy, @${username}, Disable; then remove the bot from the group and add it again.`,
  };
}

async function rival(api: Api, { running }: DiagnosisContext): Promise<Finding> {
  const subject = 'second poller';
  if (running)
    return {
      subject,
      state: 'skip',
      sentence: 'Not tried, since Dragoman itself polls now; status tells of a rival.',
    };
  try {
    await api.getUpdates({ timeout: rivalSeconds, limit: 1 });
    return { subject, state: 'ok', sentence: 'No other program has taken our poll away.' };
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal?.code !== 409) throw error;
    if (/webhook/i.test(refusal.description))
      return { subject, state: 'skip', sentence: 'Not seen, since a webhook is set.' };
    return {
      subject,
      state: 'fail',
      sentence: 'Another program polls with this bot token, and Telegram gives messages to one only.',
      fix: 'Stop the other program, or give this one a bot of its own: @BotFather, /newbot.',
    };
  }
}

const gone: ReadonlySet<ChatMember['status']> = new Set(['left', 'kicked']);

async function membership(api: Api, bot: number, channel: string): Promise<Finding> {
  const subject = `group ${channel}`;
  const fix = 'Add the bot to the group, or correct the id in dragoman.json.';
  try {
    const { status } = await api.getChatMember(channel, bot);
    if (gone.has(status)) return { subject, state: 'fail', sentence: 'The bot is not in this group.', fix };
    const { title } = await api.getChat(channel);
    return {
      subject,
      state: 'ok',
      sentence: `The bot is in ${title === undefined ? 'it' : `"${title}"`}, as ${status}.`,
    };
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    return {
      subject,
      state: 'fail',
      sentence: `The bot cannot see this group (${refusal.description}).`,
      fix,
    };
  }
}
