import { isAgentError, UserError } from '../../core/errors.ts';
import { code } from '../../render/plain.ts';
import type { InboxRow } from '../../store/types.ts';
import type { Shard } from '../shard.ts';
import type { Command } from './command.ts';
import { threadStateOf } from './thread-state.ts';

/** Names of the server's own commands that are listed. */
const mostNames = 30;

export const help: Command = {
  name: 'help',
  description: 'What you can say here',
  right: 'view',
  async run({ shard, notices, commands }, { row }) {
    const lines = commands.map(({ name, argument }) =>
      code(argument === undefined ? `!${name}` : `!${name} ${argument}`),
    );
    const own = await serverCommands(shard, row);
    const server = own.length === 0 ? [] : ['', `Commands of the agent server: ${own.join(' ')}`];
    await notices.say(
      row,
      ['Any message goes to the agent; these are for me:', '', lines.join(' '), ...server].join('\n'),
    );
  },
};

/** Help does not wait for a server that is away. */
async function serverCommands(shard: Shard, row: InboxRow): Promise<readonly string[]> {
  try {
    const { project } = await threadStateOf(shard, row);
    const { commands } = await shard.agent.offers(project.directory);
    return commands.slice(0, mostNames).map(({ name }) => code(`!${name}`));
  } catch (error) {
    // A thread without a project has no commands of a server.
    if (!isAgentError(error) && !(error instanceof UserError)) throw error;
    return [];
  }
}
