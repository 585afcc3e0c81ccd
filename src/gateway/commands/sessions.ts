/** `sessions`: the sessions of the project, with buttons that attach or watch one. */
import type { Action } from '../../core/action.ts';
import { UserError } from '../../core/errors.ts';
import type { SessionInfo } from '../../core/library.ts';
import { duration } from '../../render/amounts.ts';
import { code } from '../../render/plain.ts';
import type { InboxRow } from '../../store/types.ts';
import { whereOf } from '../thread-name.ts';
import type { Command, CommandDeps } from './command.ts';
import { type MenuContent, type MenuLine, menuOf, redraw } from './menu.ts';
import { holdersOf, sessionsFor, sessionTitle } from './session-list.ts';

/** Sessions that are listed; the rest is found by its title or id. */
const mostListed = 80;

export const sessions: Command = {
  name: 'sessions',
  description: 'Sessions of this project, to go on with one of them',
  right: 'view',
  async run(deps, { row }) {
    const { markdown, buttons } = await page(deps, row, 0);
    await deps.notices.say(row, markdown, buttons);
  },
  async pressed(deps, { row, argument }) {
    await redraw(deps, row, await page(deps, row, Number(argument)));
  },
};

async function page(deps: CommandDeps, row: InboxRow, number: number): Promise<MenuContent> {
  const all = await sessionsFor(deps, row);
  if (all.length === 0) throw new UserError('There is no session of yours in this project yet.');
  const mayAttach = (await deps.guard.check(row.event, 'sessions')).allowed;
  const lines = await Promise.all(
    all.slice(0, mostListed).map((info, index) => lineOf(deps, row, { info, number: index + 1, mayAttach })),
  );
  const title = mayAttach
    ? 'Sessions of this project; a button goes on with one of them here, or watches it beside another thread.'
    : 'Your sessions of this project.';
  return menuOf(deps, row, {
    title,
    lines,
    page: number,
    turn: (next) => ({ type: 'command', name: 'sessions', verb: 'page', argument: `${next}` }),
  });
}

interface Listed {
  readonly info: SessionInfo;
  readonly number: number;
  readonly mayAttach: boolean;
}

async function lineOf(
  deps: CommandDeps,
  row: InboxRow,
  { info, number, mayAttach }: Listed,
): Promise<MenuLine> {
  const holders = await holdersOf(deps, info.id);
  const others = holders.filter(({ id }) => id !== row.thread.id);
  const isHere = others.length < holders.length;
  const age = duration(Math.max(0, deps.shard.clock.now() - info.updatedAt));
  const places = [
    ...(isHere ? ['here'] : []),
    ...(others.length > 0
      ? [`in ${others.map((other) => code(whereOf(deps.shard, other))).join(', ')}`]
      : []),
  ];
  const text = [`${number}: ${sessionTitle(info)}`, `${age} ago`, places.join(' and ')]
    .filter((part) => part !== '')
    .join(' · ');
  const label = `${number} ${info.title}`;
  if (!isHere && others.length > 0)
    return { text, button: { label: `Watch ${label}`, action: to('watch', info) } };
  return mayAttach ? { text, button: { label, action: to('attach', info) } } : { text };
}

function to(name: 'watch' | 'attach', { id }: SessionInfo): Action {
  return { type: 'command', name, verb: 'to', argument: id };
}
