import type { Command } from './command.ts';

/** Said among people: the agent is never told of it, not even as what was said before. */
export const aside: Command = {
  name: 'aside',
  argument: '<text>',
  description: 'Say something that is not for the agent, now or later',
  right: 'view',
  async run({ notices }, { row }) {
    // As a message it stands in the thread already; in the platform's own form only its writer saw it.
    const { event } = row;
    if (event.type !== 'message' && !('message' in event && event.message))
      await notices.answer(row, 'Write it as a message that begins with `!aside`, so that others see it.');
  },
};
