import { type FakeDiscord, startFakeDiscord } from '../../fake/discord.ts';
import { type FakeSlack, startFakeSlack, tokens } from '../../fake/slack.ts';
import { type FakeTelegram, startTelegram } from '../../fake/telegram.ts';

/** The stand-ins of all three platforms. */
export interface StandIns {
  readonly slack: FakeSlack;
  readonly discord: FakeDiscord;
  readonly telegram: FakeTelegram;
  /** What switches the gateway's adapters on and leads them there. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export async function startStandIns(): Promise<StandIns> {
  const [slack, discord, telegram] = await Promise.all([
    startFakeSlack(),
    startFakeDiscord(),
    startTelegram(),
  ]);
  return {
    slack,
    discord,
    telegram,
    env: {
      SLACK_BOT_TOKEN: tokens.bot,
      SLACK_APP_TOKEN: tokens.app,
      SLACK_API_URL: slack.apiUrl,
      DISCORD_BOT_TOKEN: discord.token,
      DISCORD_API_URL: discord.apiUrl,
      TELEGRAM_BOT_TOKEN: telegram.token,
      TELEGRAM_API_URL: telegram.url,
    },
    stop: async () => void (await Promise.all([slack.close(), discord.close(), telegram.stop()])),
  };
}
