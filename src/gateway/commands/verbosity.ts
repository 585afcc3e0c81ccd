import { choiceCommand } from './choice.ts';

export const verbosity = choiceCommand({
  name: 'verbosity',
  description: 'How much of its work the agent shows here',
  options: {
    quiet: 'Answers and cards only.',
    normal: 'Answers, cards and a short list of what is being done.',
    verbose: 'What tools are given and print as well.',
  },
});
