import { choiceCommand } from './choice.ts';

export const notify = choiceCommand({
  name: 'notify',
  description: 'What pings people here',
  options: {
    all: 'Cards and the ends of long turns ping.',
    cards: 'Only cards that wait for an answer ping.',
    off: 'Nothing pings.',
  },
});
