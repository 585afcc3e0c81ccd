/** `file`: sends what this session changed, and nothing that may hold secrets. */
import { createHash } from 'node:crypto';
import { clip, clipStart } from '../../core/clip.ts';
import { UserError } from '../../core/errors.ts';
import type { ChangedFile } from '../../core/library.ts';
import { code } from '../../render/plain.ts';
import type { InboxRow } from '../../store/types.ts';
import { sendFile } from '../outbound/send-file.ts';
import { mayHoldSecrets } from '../policy/secrecy.ts';
import type { Command, CommandDeps } from './command.ts';
import { type MenuContent, menuOf, redraw } from './menu.ts';
import { refOf, threadStateOf } from './thread-state.ts';

/** Of a path that a person wrote, as it is repeated to them. */
const longestPath = 120;

/**
 * Only what this session changed: an agent that was talked into it, or a person with a chat and no account on the
 * machine, cannot have anything else of the project, or of the machine, sent out by us.
 */
export const file: Command = {
  name: 'file',
  argument: '[path]',
  description: 'A file that this session changed; without a path, which there are',
  right: 'view',
  async run(deps, { row, text }) {
    const wish = text.trim().replace(/^`(.*)`$/, '$1');
    if (wish === '') {
      const { markdown, buttons } = await page(deps, row, 0);
      return deps.notices.say(row, markdown, buttons);
    }
    const { session } = await threadStateOf(deps.shard, row);
    const path = relative(wish, session?.directory ?? '');
    const all = await changed(deps, row);
    if (all.every((one) => one.path !== path))
      throw new UserError(
        `This session did not change ${code(clip(wish, longestPath))}, and only what it changed is sent. \`!file\` lists it.`,
      );
    await send(deps, row, path);
  },
  async pressed(deps, { row, verb, argument }) {
    if (verb === 'page') return redraw(deps, row, await page(deps, row, Number(argument)));
    const found = (await changed(deps, row)).find(({ path }) => tagOf(path) === argument);
    if (found === undefined)
      throw new UserError('This session no longer tells of this file. `!file` lists what it changed.');
    await send(deps, row, found.path);
  },
};

/** As the agent server names it: from the project's directory. */
function relative(wish: string, directory: string): string {
  const path = directory !== '' && wish.startsWith(`${directory}/`) ? wish.slice(directory.length + 1) : wish;
  return path.replace(/^(?:\.\/)+/, '');
}

async function changed({ shard }: CommandDeps, row: InboxRow): Promise<readonly ChangedFile[]> {
  return shard.agent.works.changed(refOf(await threadStateOf(shard, row)));
}

async function send(deps: CommandDeps, row: InboxRow, path: string): Promise<void> {
  if (mayHoldSecrets(path))
    throw new UserError(
      `${code(path)} is not sent: files of that name often hold passwords or keys. Look at it on the agent's machine.`,
    );
  await sendFile(deps, row, refOf(await threadStateOf(deps.shard, row)), path);
}

/** Paths can be longer than a button's token has room for. */
function tagOf(path: string): string {
  return createHash('sha1').update(path).digest('base64url').slice(0, 16);
}

async function page(deps: CommandDeps, row: InboxRow, number: number): Promise<MenuContent> {
  const all = await changed(deps, row);
  if (all.length === 0) throw new UserError('This session changed no files.');
  const lines = all.map(({ path, added, removed }) => {
    const text = `${code(path)} +${added} −${removed}`;
    if (mayHoldSecrets(path)) return { text: `${text} · not sent, it may hold secrets` };
    return {
      text,
      button: {
        label: labelOf(path),
        action: { type: 'command', name: 'file', verb: 'get', argument: tagOf(path) } as const,
      },
    };
  });
  const title = 'Files that this session changed, the last one first; a button sends one.';
  return menuOf(deps, row, {
    title,
    lines,
    page: number,
    turn: (next) => ({ type: 'command', name: 'file', verb: 'page', argument: `${next}` }),
  });
}

/** The end of a path tells more than its beginning. */
function labelOf(path: string): string {
  return clipStart(path, 30);
}
