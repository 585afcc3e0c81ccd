/** What doctor looks at of a webhook: whether it is ours, whether it works, and whether one was left behind. */
import type { Api } from 'grammy';
import type { WebhookInfo } from 'grammy/types';
import type { DiagnosisContext, Finding } from '../../src/core/diagnosis.ts';
import type { TelegramConfig } from './config.ts';
import { unreachable } from './webhook.ts';
import { strangersAnswer } from './webhook-route.ts';

const subject = 'webhook';
/** Longer than any proxy should take, milliseconds. */
const patienceMs = 10_000;

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Is there a webhook where there should be one, and none where not; does it work. */
export async function webhookFindings(
  api: Api,
  { webhook }: Pick<TelegramConfig, 'webhook'>,
  { running }: Pick<DiagnosisContext, 'running'>,
  ask: Fetch = fetch,
): Promise<readonly Finding[]> {
  const info = await api.getWebhookInfo();
  if (webhook === undefined) return [leftOver(info, running)];
  const own = info.url?.startsWith(`${webhook.url}/`) === true;
  return [own ? working(info) : missing(info, running), await answering(info, own && running, ask)];
}

function leftOver({ url, last_error_message: failure }: WebhookInfo, running: boolean): Finding {
  if (!url) return { subject, state: 'ok', sentence: 'None is set: messages come by polling.' };
  const { host } = new URL(url);
  return {
    subject,
    state: running ? 'fail' : 'warn',
    sentence: `One is set to ${host}${failure === undefined ? '' : ` (last error: ${failure})`}, which keeps messages from polling.`,
    fix: `If ${host} no longer uses this bot, start Dragoman: it removes the webhook. If it does, give Dragoman a bot of its own: @BotFather, /newbot.`,
  };
}

function missing({ url }: WebhookInfo, running: boolean): Finding {
  const what = url ? `One is set to ${new URL(url).host}, which is not ours.` : 'None is set.';
  if (!running)
    return {
      subject,
      state: url ? 'warn' : 'ok',
      sentence: `${what} Dragoman sets its own when it starts.`,
      fix: 'Start Dragoman, unless another program uses this bot: then give Dragoman one of its own.',
    };
  return {
    subject,
    state: 'fail',
    sentence: `${what} Messages do not reach Dragoman.`,
    fix: 'Dragoman sets it again within a minute. If this comes back, another program uses this bot: stop it, or give Dragoman a bot of its own: @BotFather, /newbot.',
  };
}

function working(info: WebhookInfo): Finding {
  const {
    url = '',
    pending_update_count: waiting,
    last_error_message: words,
    last_error_date: at = 0,
  } = info;
  const { host } = new URL(url);
  const wait = waiting === 0 ? 'nothing waits' : `updates that wait: ${waiting}`;
  if (words === undefined) return { subject, state: 'ok', sentence: `Set to ${host}; ${wait}.` };
  if (waiting > 0)
    return {
      subject,
      state: 'fail',
      sentence: `${unreachable(url, words)} Updates that wait: ${waiting}.`,
      fix: 'Make TELEGRAM_WEBHOOK_URL lead to the web port, or leave it out to poll.',
    };
  const when = new Date(at * 1000).toISOString();
  return { subject, state: 'ok', sentence: `Set to ${host}; ${wait}. Last error, at ${when}: ${words}.` };
}

/** From here the way may be another one than from Telegram, so that a failure is only a hint. */
async function answering({ url = '' }: WebhookInfo, look: boolean, ask: Fetch): Promise<Finding> {
  const address = 'webhook address';
  if (!look)
    return {
      subject: address,
      state: 'skip',
      sentence: 'Not tried: it answers only where Dragoman runs and its webhook is set.',
    };
  const { host } = new URL(url);
  try {
    const response = await ask(url, {
      method: 'POST',
      body: '{}',
      redirect: 'manual',
      signal: AbortSignal.timeout(patienceMs),
    });
    if (response.status === 401 && (await response.text()) === strangersAnswer)
      return { subject: address, state: 'ok', sentence: `${host} leads to Dragoman.` };
    return elsewhere(address, `${host} answered with ${response.status}, and not as Dragoman does`);
  } catch {
    return elsewhere(address, `${host} could not be reached from this machine`);
  }
}

function elsewhere(subject: string, what: string): Finding {
  return {
    subject,
    state: 'warn',
    sentence: `${what}. Telegram may still reach it another way.`,
    fix: 'See that the proxy hands POST requests for TELEGRAM_WEBHOOK_URL on to the web port, with a valid certificate.',
  };
}
