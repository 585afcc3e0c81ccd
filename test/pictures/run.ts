/**
 * Draws docs/slack.png, docs/discord.png and docs/telegram.png: what a thread shows on each stand-in after real
 * turns of the whole product, in colours like the platform's. Needs a Chromium.
 */
import { fileURLToPath } from 'node:url';
import { launchChromium } from '../browser/chromium.ts';
import { discordSpot } from '../e2e/everywhere/discord.ts';
import { slackSpot } from '../e2e/everywhere/slack.ts';
import { type Spot, settled } from '../e2e/everywhere/spot.ts';
import { startStandIns } from '../e2e/everywhere/standins.ts';
import { telegramSpot } from '../e2e/everywhere/telegram.ts';
import { eventually, startGateway } from '../harness.ts';
import { drawing, type Look } from './drawing.ts';
import { discordEntries, type Entry, slackEntries, telegramEntries } from './entries.ts';

const looks: Readonly<Record<'slack' | 'discord' | 'telegram', Look>> = {
  slack: {
    title: 'Slack · Thread · #api',
    background: '#ffffff',
    ink: '#1d1c1d',
    faint: '#616061',
    code: '#f4f4f4',
    button: '#ffffff',
    accent: '#007a5a',
  },
  discord: {
    title: 'Discord · #api › shell',
    background: '#313338',
    ink: '#dbdee1',
    faint: '#949ba4',
    code: '#2b2d31',
    button: '#4e5058',
    accent: '#5865f2',
  },
  telegram: {
    title: 'Telegram · private chat',
    background: '#dfe9f1',
    ink: '#111111',
    faint: '#5d7386',
    code: '#eef3f7',
    button: '#f4f8fb',
    accent: '#3390ec',
    bubble: '#ffffff',
  },
};

const standIns = await startStandIns();
const { slack, discord, telegram } = standIns;
const ann = { telegram: telegram.person('Ann'), discord: discord.people.join('Ann') };
const channel = discord.people.channel('api');
const gateway = await startGateway({
  env: {
    ...standIns.env,
    DRAGOMAN_ADMINS: `slack:U0ANN,discord:${ann.discord},telegram:${ann.telegram.user.id}`,
  },
});

/** One command that was allowed, and a change that waits for an answer. */
async function act(spot: Spot): Promise<void> {
  await spot.say('shell: how long are the files?');
  await spot.press('Allow once');
  await settled(spot, 1);
  await spot.say('edit: then mend the date, please');
  await eventually(`the card of the change in ${spot.name}`, async () =>
    /\[Allow once\]/.test(await spot.read()) ? true : undefined,
  );
}

const browser = await launchChromium();
try {
  const scenes: Readonly<Record<keyof typeof looks, readonly [Spot, () => readonly Entry[]]>> = {
    slack: [
      slackSpot(slack, 'C0API', 'U0ANN', 'slack'),
      () => slackEntries(slack, 'C0API', slack.world.messages[0]?.ts ?? ''),
    ],
    discord: [
      discordSpot(discord, ann.discord, channel, 'discord'),
      () => discordEntries(discord, [...discord.world.messages.keys()][0] ?? ''),
    ],
    telegram: [
      telegramSpot(telegram, ann.telegram, ann.telegram.chat, undefined, 'telegram'),
      () => telegramEntries(telegram, ann.telegram.chat),
    ],
  };
  const page = await browser.newPage({ deviceScaleFactor: 2, viewport: { width: 690, height: 400 } });
  for (const name of ['slack', 'discord', 'telegram'] as const) {
    const [spot, entries] = scenes[name];
    await act(spot);
    await page.setContent(drawing(looks[name], entries()));
    const path = fileURLToPath(new URL(`../../docs/${name}.png`, import.meta.url));
    await page.screenshot({ path, fullPage: true });
    console.log(path);
    // The agent server lets one session at a time change a file.
    await spot.press('Reject');
  }
} finally {
  await browser.close();
  await gateway.end();
  await standIns.stop();
}
