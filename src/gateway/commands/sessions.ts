import { UserError } from '../../core/errors.ts';
import type { SessionInfo } from '../../core/library.ts';
import { duration } from '../../render/amounts.ts';
import { code } from '../../render/plain.ts';
import type { InboxRow } from '../../store/types.ts';
import type { Command, CommandDeps } from './command.ts';
import { type Content, menuOf, redraw } from './menu.ts';
import { whereOf } from './place.ts';
import { holderOf, sessionsFor, titleOf } from './shelf.ts';

/** Sessions that are listed; the rest is found by its title or id. */
const mostListed = 80;

export const sessions: Command = {
  name: 'sessions',
  description: 'Sessions of this project, to go on with one of them',
  right: 'view',
  async run(deps, { row }) {
    const { markdown, buttons } = await page(deps, row, 0);
    await deps.speech.say(row, markdown, buttons);
  },
  async pressed(deps, { row, argument }) {
    await redraw(deps, row, await page(deps, row, Number(argument)));
  },
};

async function page(deps: CommandDeps, row: InboxRow, number: number): Promise<Content> {
  const all = await sessionsFor(deps, row);
  if (all.length === 0) throw new UserError('There is no session of yours in this project yet.');
  const mayAttach = (await deps.guard.check(row.event, 'sessions')).allowed;
  const lines = await Promise.all(
    all.slice(0, mostListed).map(async (info, index) => ({
      text: `${index + 1}: ${await lineOf(deps, row, info)}`,
      ...(mayAttach
        ? { button: { label: `${index + 1} ${info.title}`, action: `command:attach:to:${info.id}` } }
        : {}),
    })),
  );
  const title = mayAttach
    ? 'Sessions of this project; a button attaches this thread.'
    : 'Your sessions of this project.';
  return menuOf(deps, row, { title, lines, page: number, turn: (next) => `command:sessions:page:${next}` });
}

async function lineOf(deps: CommandDeps, row: InboxRow, info: SessionInfo): Promise<string> {
  const holder = await holderOf(deps, info.id);
  const age = duration(Math.max(0, deps.shard.clock.now() - info.updatedAt));
  const where =
    holder === undefined ? '' : holder.id === row.thread.id ? ' · here' : ` · in ${code(whereOf(holder))}`;
  return `${titleOf(info)} · ${age} ago${where}`;
}
