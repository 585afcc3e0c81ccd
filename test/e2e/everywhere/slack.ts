import type { FakeSlack } from '../../fake/slack.ts';
import { eventually } from '../../harness.ts';
import type { Spot } from './spot.ts';

/** A thread that a mention opens; later messages need none. */
export function slackSpot(slack: FakeSlack, channel: string, user: string, name: string): Spot {
  const state: { thread?: string } = {};
  const told = async (what: Promise<boolean>) => {
    if (!(await what)) throw new Error(`${name}: an event was not acknowledged`);
  };
  return {
    name,
    async say(text) {
      const { thread } = state;
      if (thread !== undefined) return told(slack.people.say(user, channel, text, { thread }).told);
      const said = slack.people.say(user, channel, `@dragoman ${text}`);
      state.thread = said.ts;
      await told(said.told);
    },
    read: async () =>
      slack.screen({ channel, ...(state.thread === undefined ? {} : { thread: state.thread }) }).join('\n'),
    async press(label) {
      const { ts } = await eventually(`a button [${label}] in ${name}`, () =>
        slack.world.messages.findLast(
          (one) =>
            one.channel === channel &&
            one.thread === state.thread &&
            JSON.stringify(one.blocks).includes(`"${label}"`),
        ),
      );
      await slack.people.press(user, channel, ts, label);
    },
    async answer(format, places) {
      await this.press('Answer');
      await eventually(`the modal of ${name}`, () => slack.people.view(user));
      await slack.people.submit(user, { 'q0/own': format, 'q1/own': places });
    },
  };
}
