/** What doctor looks at: the bot, its rights and its servers, by calls that change nothing and need no login. */
import { z } from 'zod';
import type { Diagnosis, DiagnosisContext, Finding } from '../../src/core/diagnosis.ts';
import {
  type Application,
  applicationOf,
  type Guild,
  guildsOf,
  inviteUrl,
  lackingIn,
  readsContent,
} from './application.ts';
import { createCall, type RestCall } from './client.ts';
import type { DiscordConfig } from './config.ts';
import { channelError, isUnauthorized } from './failures.ts';

/** Token, the privileged intent, logins left, servers with permissions, and the channels that are configured. */
export async function diagnose(config: DiscordConfig, context: DiagnosisContext): Promise<Diagnosis> {
  const call = createCall(config, () => {});
  const site = config.apiUrl;
  try {
    const application = await applicationOf(call);
    const guilds = await guildsOf(call);
    const findings = [
      { subject: 'bot token', state: 'ok', sentence: `Discord knows the bot ${application.name}.` } as const,
      intent(application),
      await logins(call),
      ...places(application, guilds),
    ];
    for (const channel of context.channels) findings.push(await visible(call, channel));
    return { findings, site };
  } catch (error) {
    return { findings: [unknown(error)], site };
  }
}

function unknown(error: unknown): Finding {
  const subject = 'bot token';
  if (isUnauthorized(error))
    return {
      subject,
      state: 'fail',
      sentence: 'Discord refuses the bot token.',
      fix: 'At https://discord.com/developers/applications, the application, Bot › Reset Token: put the new one into DISCORD_BOT_TOKEN, or run setup again.',
    };
  const sentence =
    error instanceof z.ZodError
      ? 'What answers there is not Discord.'
      : `Discord did not answer as it should: ${channelError('the call', error).message}.`;
  return {
    subject,
    state: 'fail',
    sentence,
    fix: 'See whether this machine reaches https://discord.com, or correct DISCORD_API_URL.',
  };
}

function intent(application: Application): Finding {
  const subject = 'intents';
  if (readsContent(application))
    return { subject, state: 'ok', sentence: 'The bot may read what people write (Message Content).' };
  return {
    subject,
    state: 'fail',
    sentence: 'The bot may not read what people write, so Discord closes its connection (4014).',
    fix: `At https://discord.com/developers/applications/${application.id}/bot: switch on Message Content Intent, Save Changes.`,
  };
}

const limits = z.object({
  session_start_limit: z.object({ remaining: z.number(), total: z.number(), reset_after: z.number() }),
});
/** Below it the adapter does not log in any more, lest Discord takes the token away. */
const fewLogins = 20;

async function logins(call: RestCall): Promise<Finding> {
  const { session_start_limit: left } = limits.parse(await call({ method: 'get', path: '/gateway/bot' }));
  const subject = 'logins';
  if (left.remaining > fewLogins)
    return { subject, state: 'ok', sentence: `${left.remaining} of ${left.total} are left for today.` };
  const minutes = Math.ceil(left.reset_after / 60_000);
  return {
    subject,
    state: 'fail',
    sentence: `Only ${left.remaining} of ${left.total} are left for today, so Dragoman waits with the next one.`,
    fix: `Wait ${minutes} minutes, and look why it was started so often.`,
  };
}

function places({ id }: Application, guilds: readonly Guild[]): readonly Finding[] {
  const fix = `Open ${inviteUrl(id)} and choose the server.`;
  if (guilds.length === 0)
    return [{ subject: 'bot in server', state: 'warn', sentence: 'The bot is in no server.', fix }];
  return guilds.map((guild) => {
    const lacking = lackingIn(guild);
    const subject = `server ${guild.name}`;
    if (lacking.length === 0)
      return { subject, state: 'ok', sentence: 'The bot may do there what it needs.' };
    return { subject, state: 'warn', sentence: `The bot lacks ${lacking.join(', ')} there.`, fix };
  });
}

const channelShape = z.object({ name: z.string().nullish() });

async function visible(call: RestCall, channel: string): Promise<Finding> {
  const subject = `channel ${channel}`;
  try {
    const { name } = channelShape.parse(await call({ method: 'get', path: `/channels/${channel}` }));
    return { subject, state: 'ok', sentence: `The bot sees #${name ?? channel}.` };
  } catch (error) {
    if (isUnauthorized(error)) throw error;
    return {
      subject,
      state: 'fail',
      sentence: `The bot does not see this channel (${channelError('getChannel', error).message}).`,
      fix: 'Give its role View Channel there, or correct the id in dragoman.json (right-click the channel, Copy Channel ID).',
    };
  }
}
