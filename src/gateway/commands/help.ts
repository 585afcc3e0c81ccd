import type { Command } from './command.ts';

export const help: Command = {
  name: 'help',
  description: 'What you can say here',
  right: 'view',
  async run({ speech, commands }, { row }) {
    const lines = commands.map(({ name, argument, description }) => {
      const synopsis = argument === undefined ? name : `${name} ${argument}`;
      return `- \`!${synopsis}\` ${description}`;
    });
    await speech.say(row, lines.join('\n'));
  },
};
