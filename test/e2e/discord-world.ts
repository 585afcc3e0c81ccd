import type { Interaction } from '../fake/discord/interactions.ts';
import type { Saying } from '../fake/discord/people.ts';
import type { FakeMessage } from '../fake/discord/world.ts';
import { type FakeDiscord, startFakeDiscord } from '../fake/discord.ts';
import { eventually, type Gateway, startGateway } from '../harness.ts';

const names = ['commands', 'questions', 'files', 'lists', 'crash'] as const;

/** The machine may be busy; that an answer comes in time is tested elsewhere, milliseconds. */
const patienceMs = 20_000;

/** The whole product on Discord, with two admins and two channels. */
export interface DiscordWorld {
  readonly discord: FakeDiscord;
  readonly gateway: Gateway;
  readonly ids: { readonly ann: string; readonly ben: string };
  /** Each for one test: what is said once in a channel then stands where it is expected. */
  readonly channels: Readonly<Record<(typeof names)[number], string>> & { readonly forum: string };
  /** Mentions the bot, which opens a thread: its id. */
  ask(user: string, channel: string, text: string, more?: Saying): string;
  /** What people see there; what differs from run to run (times, durations, sizes) is `#`. */
  screen(channel: string): string;
  /** Waits until this many turns have ended there, and nothing can be stopped or decided any more. */
  settled(channel: string, turns?: number): Promise<string>;
  press(user: string, channel: string, label: string): Promise<Interaction>;
  end(): Promise<void>;
}

export async function startDiscordWorld(): Promise<DiscordWorld> {
  const discord = await startFakeDiscord({ answerWithinMs: patienceMs });
  const { people, world } = discord;
  const ids = { ann: people.join('Ann'), ben: people.join('Ben') };
  const forum = people.channel('forum', 15);
  const made = names.map((name) => [name, people.channel(name)] as const);
  const channels = { ...(Object.fromEntries(made) as Record<(typeof names)[number], string>), forum };
  const gateway = await startGateway({
    env: {
      DISCORD_BOT_TOKEN: discord.token,
      DISCORD_API_URL: discord.apiUrl,
      DRAGOMAN_ADMINS: `discord:${ids.ann},discord:${ids.ben}`,
    },
    // What is changed there is not seen by the others.
    channels: { [`discord:${forum}`]: 'edits' },
  });
  const screen = (channel: string) => steady(discord.screen({ channel }).join('\n'));
  return {
    discord,
    gateway,
    ids,
    channels,
    screen,
    ask: (user, channel, text, more) => people.say(user, channel, `<@${world.bot.id}> ${text}`, more),
    settled: (channel, turns = 1) => settled({ screen, gateway }, channel, turns),
    press: (user, channel, label) => press(discord, user, channel, label),
    async end() {
      await gateway.end();
      await discord.close();
    },
  };
}

function steady(text: string): string {
  return (
    text
      .replace(/\b\d{2}:\d{2}\b/g, '#:#')
      .replace(/\b\d+ min( \d+ s)?|\b[\d.]+ s\b/g, '# s')
      // How long a tool took is said where it was long: that differs from machine to machine.
      .replace(/([✓✗] .*?)(?: · # s)+$/gm, '$1')
      .replace(/\b[\d.]+k? tokens\b/g, '# tokens')
      // A long turn calls its author by a message of its own.
      .replace(/\ndragoman: ((?:\d+ files? changed[^\n]*\n)?scripted · build[^|\n]*)\n@\w+/g, small)
      .replace(/[ \t]+$/gm, '')
  );
}

/** The last lines of a turn as they stand below an answer. */
function small(_: string, lines: string): string {
  return lines.replace(/^/gm, '\n-# ').replace(/\n\n/g, '\n');
}

async function settled(
  { screen, gateway }: Pick<DiscordWorld, 'screen' | 'gateway'>,
  channel: string,
  turns: number,
): Promise<string> {
  const what = `${turns} answers in ${channel}`;
  return eventually(what, () => {
    const seen = screen(channel);
    const ended = seen.match(/scripted · build/g)?.length ?? 0;
    return ended === turns && !/\[(Stop|Allow once|Answer)\]|▸/.test(seen) ? seen : undefined;
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${screen(channel)}\n${gateway.output()}`);
  });
}

async function press(
  { people, world }: FakeDiscord,
  user: string,
  channel: string,
  label: string,
): Promise<Interaction> {
  const shows = (one: FakeMessage) =>
    one.channel === channel && !one.deleted && JSON.stringify(one.components).includes(`"${label}"`);
  const message = await eventually(`a button [${label}]`, () => [...world.messages.values()].findLast(shows));
  return people.answered(people.press(user, message.id, label));
}
