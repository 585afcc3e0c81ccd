/** What doctor looks at: both tokens, scopes and channels, by calls that take nothing from a running process. */
import { z } from 'zod';
import type { Diagnosis, DiagnosisContext, Finding } from '../../src/core/diagnosis.ts';
import { type Client, createClient } from './client.ts';
import type { SlackConfig } from './config.ts';
import { isSlackRefusal, problemOf, wordOf } from './failures.ts';
import { botScopes } from './manifest.ts';

/** Without these nobody can be answered. */
const needed: readonly string[] = ['chat:write', 'users:read'];
/** What is lost without others, as far as it is not plain. */
const losses: Readonly<Record<string, string>> = {
  'app_mentions:read': 'mentions are not heard where it is no member',
  'channels:history': 'channels are not heard',
  'groups:history': 'private channels are not heard',
  'im:history': 'direct messages are not heard',
  'mpim:history': 'group conversations are not heard',
  'files:read': 'files that people send cannot be read',
  'files:write': 'diffs and long output cannot be shown as files',
  'reactions:write': 'a direct message gets no sign that it was heard',
  'usergroups:read': 'groups that people mention have no name for the agent',
  commands: '/dragoman does not exist',
};

const botFix =
  'At https://api.slack.com/apps, the app, Install App: copy the Bot User OAuth Token into SLACK_BOT_TOKEN, or run setup again.';
const appFix =
  'At https://api.slack.com/apps, the app, Basic Information › App-Level Tokens: make one with connections:write, set SLACK_APP_TOKEN, or run setup again.';

/** Both tokens, scopes, and the channels that the bot is in. */
export async function diagnose(config: SlackConfig, context: DiagnosisContext): Promise<Diagnosis> {
  const client = createClient(config.botToken, { apiUrl: config.apiUrl });
  const site = config.apiUrl ?? 'https://slack.com/api/';
  const bot = await botToken(client);
  const inbound = await inboundOf(config);
  const places = bot.some(({ state }) => state === 'fail') ? [] : await channels(client, context.channels);
  return { findings: [...bot, inbound, ...places], site };
}

async function botToken(client: Client): Promise<readonly Finding[]> {
  const subject = 'bot token';
  try {
    const { user, team, response_metadata: metadata } = await client.auth.test();
    return [
      { subject, state: 'ok', sentence: `Slack knows the bot @${user} in the workspace ${team}.` },
      scopes(metadata?.scopes),
    ];
  } catch (error) {
    const sentence = isSlackRefusal(error)
      ? `Slack refuses the bot token (${wordOf(error)}).`
      : `${problemOf(error, 'SLACK_BOT_TOKEN').replace(/\s*Trying again\.$/, '')}`;
    return [{ subject, state: 'fail', sentence, fix: isSlackRefusal(error) ? botFix : reachFix }];
  }
}

const reachFix = 'See whether this machine reaches https://slack.com, or correct SLACK_API_URL.';

function scopes(granted: readonly string[] | undefined): Finding {
  const subject = 'scopes';
  if (granted === undefined)
    return { subject, state: 'skip', sentence: 'Slack did not tell which scopes the app has.' };
  const lacking = botScopes.filter((scope) => !granted.includes(scope));
  if (lacking.length === 0) return { subject, state: 'ok', sentence: `All ${botScopes.length} are granted.` };
  const missed = lacking.flatMap((scope) => losses[scope] ?? []);
  const lost = missed.length === 0 ? '' : `: ${missed.join('; ')}`;
  const fatal = lacking.some((scope) => needed.includes(scope));
  return {
    subject,
    state: fatal ? 'fail' : 'warn',
    sentence: `The app lacks ${lacking.join(', ')}${fatal ? ', without which nobody can be answered' : lost}.`,
    fix: 'At https://api.slack.com/apps, the app, OAuth & Permissions › Bot Token Scopes: add them, then Install App › Reinstall.',
  };
}

async function inboundOf({ inbound, apiUrl }: SlackConfig): Promise<Finding> {
  if (inbound.mode === 'http')
    return {
      subject: 'signing secret',
      state: 'skip',
      sentence: 'Whether Slack reaches this address with this secret shows with its first request only.',
      fix: 'At https://api.slack.com/apps, the app, Event Subscriptions: press Retry beside the request URL while Dragoman runs.',
    };
  const subject = 'app token';
  try {
    await createClient(inbound.appToken, { apiUrl }).apps.connections.open({});
    return { subject, state: 'ok', sentence: 'Slack lets us open a socket.' };
  } catch (error) {
    const word = wordOf(error);
    const sentence =
      word === undefined
        ? problemOf(error, 'SLACK_APP_TOKEN').replace(/\s*Trying again\.$/, '')
        : `Slack refuses the app-level token (${word}).`;
    return { subject, state: 'fail', sentence, fix: word === undefined ? reachFix : appFix };
  }
}

const channel = z.object({
  id: z.string(),
  name: z.string().nullish(),
  is_member: z.boolean().nullish(),
  is_archived: z.boolean().nullish(),
  is_ext_shared: z.boolean().nullish(),
});
type Channel = z.infer<typeof channel>;

/** Channels that are looked through. */
const most = 200;

async function channels(client: Client, configured: readonly string[]): Promise<readonly Finding[]> {
  const named: Finding[] = [];
  for (const id of configured) named.push(await oneChannel(client, id));
  return [...named, ...(await joined(client))];
}

async function joined(client: Client): Promise<readonly Finding[]> {
  const subject = 'bot in channel';
  try {
    const answer = await client.users.conversations({
      types: 'public_channel,private_channel',
      exclude_archived: true,
      limit: most,
    });
    const found = z.array(channel).parse(answer.channels ?? []);
    const names = found.map(({ id, name }) => `#${name ?? id}`);
    const shared = found.filter(({ is_ext_shared: outside }) => outside === true);
    if (found.length === 0)
      return [
        {
          subject,
          state: 'warn',
          sentence: 'The bot is in no channel, so it hears direct messages only.',
          fix: 'In the channel: /invite @Dragoman',
        },
      ];
    const few = names.slice(0, 5).join(', ');
    return [
      {
        subject,
        state: 'ok',
        sentence: `The bot is in ${few}${names.length > 5 ? ` and ${names.length - 5} more` : ''}.`,
      },
      ...shared.map(outsiders),
    ];
  } catch (error) {
    return [
      {
        subject,
        state: 'skip',
        sentence: `Slack did not list the channels (${wordOf(error) ?? 'no answer'}).`,
      },
    ];
  }
}

async function oneChannel(client: Client, id: string): Promise<Finding> {
  const subject = `channel ${id}`;
  try {
    const found = channel.parse((await client.conversations.info({ channel: id })).channel);
    if (found.is_archived === true)
      return {
        subject,
        state: 'fail',
        sentence: `#${found.name ?? id} is archived.`,
        fix: 'Unarchive it, or take it out of dragoman.json.',
      };
    if (found.is_member === true)
      return { subject, state: 'ok', sentence: `The bot is in #${found.name ?? id}.` };
    return {
      subject,
      state: 'fail',
      sentence: `The bot is not in #${found.name ?? id}, so it hears nothing there.`,
      fix: `In #${found.name ?? id}: /invite @Dragoman`,
    };
  } catch (error) {
    return {
      subject,
      state: 'fail',
      sentence: `The bot cannot see this channel (${wordOf(error) ?? 'no answer'}).`,
      fix: 'In the channel: /invite @Dragoman; or correct its id in dragoman.json (the end of the channel’s About).',
    };
  }
}

function outsiders({ id, name }: Channel): Finding {
  return {
    subject: `#${name ?? id}`,
    state: 'warn',
    sentence: 'People of another organisation are in this channel and read what the agent writes.',
    fix: 'Take the bot out with /remove @Dragoman if they should not. They may not prompt unless an admin lets them in.',
  };
}
