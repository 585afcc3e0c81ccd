import { UserError } from '../../core/errors.ts';
import type { InboxRow } from '../../store/types.ts';
import type { Command, CommandDeps } from './command.ts';
import { redraw } from './menu.ts';
import { bindTo, sessionNamed, sessionsFor, sessionTitle } from './session-list.ts';
import { demandFree, threadStateOf } from './thread-state.ts';

export const attach: Command = {
  name: 'attach',
  argument: '<session>',
  names: 'session',
  description: 'Go on in this thread with another session, by its number, id or title',
  right: 'sessions',
  async run(deps, { row, text }) {
    if (text.trim() === '')
      throw new UserError('Say which session: `!attach 2`, its id or its title. `!sessions` lists them.');
    await deps.notices.say(row, await attachTo(deps, row, text.trim()));
  },
  async pressed(deps, { row, argument }) {
    await redraw(deps, row, { markdown: await attachTo(deps, row, argument), buttons: [] });
  },
};

async function attachTo(deps: CommandDeps, row: InboxRow, wish: string): Promise<string> {
  const place = await threadStateOf(deps.shard, row);
  const info = sessionNamed(await sessionsFor(deps, row), wish);
  if (place.session?.serverSession === info.id) return `This thread goes on with ${sessionTitle(info)}.`;
  demandFree(place);
  await bindTo(deps, place, info);
  return `This thread goes on with ${sessionTitle(info)}.`;
}
