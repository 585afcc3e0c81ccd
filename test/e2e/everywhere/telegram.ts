import type { Person } from '../../fake/telegram/people.ts';
import type { FakeTelegram } from '../../fake/telegram.ts';
import { eventually } from '../../harness.ts';
import type { Spot } from './spot.ts';

type Shown = ReturnType<FakeTelegram['messages']>[number];

/** A private chat, or a topic of a forum, where the first message is a mention. */
export function telegramSpot(
  telegram: FakeTelegram,
  person: Person,
  chat: number,
  topic: number | undefined,
  name: string,
): Spot {
  const newest = (what: string, is: (message: Shown) => boolean) =>
    eventually(`${what} in ${name}`, () => telegram.messages(chat, topic).findLast(is)?.id);
  const press = async (label: string) => {
    const id = await newest(`a button [${label}]`, ({ buttons }) => buttons.flat().includes(label));
    const pressed = person.press(chat, id, label);
    await eventually(`the press on [${label}] is confirmed`, () => pressed.answer);
  };
  const asked = (label: string) =>
    newest(label, ({ plain }) => plain.includes('Reply with') && plain.includes(label));
  return {
    name,
    async say(text) {
      // In a group a bot hears what mentions it, and answers to it, only.
      person.say(chat, topic === undefined ? text : `@dragoman_bot ${text}`, { topic });
    },
    read: async () => telegram.screen(chat, topic),
    press,
    async answer(format, places) {
      await press('Answer');
      person.say(chat, format, { topic, replyTo: await asked('How should a date look') });
      person.say(chat, places, { topic, replyTo: await asked('Where should it change') });
    },
  };
}
