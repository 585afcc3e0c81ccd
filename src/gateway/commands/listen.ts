import { choiceCommand } from './choice.ts';

export const listening = choiceCommand({
  name: 'listen',
  description: 'What in this thread is for the agent: all, or only what mentions it',
  options: {
    all: 'All that is said in this thread is for the agent, but what is said to somebody else.',
    mentions: 'Only what mentions me is for the agent; it learns of the rest with the next mention.',
  },
});
