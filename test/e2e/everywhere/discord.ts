import type { FakeDiscord } from '../../fake/discord.ts';
import { eventually } from '../../harness.ts';
import type { Spot } from './spot.ts';

interface Part {
  readonly label: string;
  readonly component: { readonly type: number };
}

const selectMenu = 3;
/** The machine may be busy with 30 threads; that an answer comes in time is tested elsewhere, milliseconds. */
const patienceMs = 20_000;

/** A thread that a mention opens: its id is the message's. */
export function discordSpot(discord: FakeDiscord, user: string, channel: string, name: string): Spot {
  const { people, world } = discord;
  const state: { thread?: string } = {};
  const place = () => state.thread ?? channel;
  const press = async (label: string) => {
    const message = await eventually(`a button [${label}] in ${name}`, () =>
      [...world.messages.values()].findLast(
        (one) =>
          one.channel === place() && !one.deleted && JSON.stringify(one.components).includes(`"${label}"`),
      ),
    );
    return people.answered(people.press(user, message.id, label), patienceMs);
  };
  return {
    name,
    async say(text) {
      if (state.thread === undefined) state.thread = people.say(user, channel, `<@${world.bot.id}> ${text}`);
      else people.say(user, state.thread, text);
    },
    read: async () => discord.screen({ channel: place() }).join('\n'),
    press: async (label) => void (await press(label)),
    async answer(format, places) {
      const opened = await press('Answer');
      const parts = (opened.modal?.['components'] ?? []) as readonly Part[];
      const [first, second] = parts.filter(({ component }) => component.type === selectMenu);
      if (first === undefined || second === undefined) throw new Error('a modal without two choices');
      const fields = { [first.label]: [format], [second.label]: [places] };
      await people.answered(people.submit(opened, fields), patienceMs);
    },
  };
}
