/** Commands that choose one of many names, such as `model`: exact, nearly, by search or from a list. */
import { createHash } from 'node:crypto';
import { clip, headOf } from '../../core/clip.ts';
import { UserError } from '../../core/errors.ts';
import type { Offers } from '../../core/library.ts';
import { near } from '../../lib/spelling.ts';
import { code } from '../../render/plain.ts';
import type { InboxRow } from '../../store/types.ts';
import type { Command, CommandDeps } from './command.ts';
import { type MenuContent, menuOf, redraw } from './menu.ts';
import { type ThreadState, threadStateOf } from './thread-state.ts';

/** A command that sets the model or the agent of a thread to one that the server offers. */
interface Picker {
  readonly name: 'model' | 'agent';
  readonly description: string;
  namesOf(offers: Offers): readonly string[];
}

/** One slip in so many letters still says which name was meant. */
const lettersPerSlip = 4;
/** Near names that are told. */
const mostNear = 3;
/** A search is carried in the buttons that turn its pages, which hold 64 bytes. */
const longestSearch = 24;

export function pickerCommand(picker: Picker): Command {
  const { name, description } = picker;
  return {
    name,
    argument: `[${name} | search | default]`,
    names: name,
    description,
    right: 'settings',
    async run(deps, { row, text }) {
      const wish = text.trim();
      const names = await offered(deps, row, picker);
      if (wish === '') return say(deps, row, await page(deps, row, picker, { search: '', page: 0 }));
      const choice = wish === 'default' ? undefined : exact(names, wish);
      if (wish === 'default' || choice !== undefined)
        return deps.notices.say(row, await choose(deps, row, picker, choice));
      const search = searchOf(wish);
      if (!names.some((one) => matches(one, search))) throw unknown(picker, names, wish);
      await say(deps, row, await page(deps, row, picker, { search, page: 0 }));
    },
    async pressed(deps, { row, verb, argument }) {
      if (verb === 'page') {
        const [number = '0', ...search] = argument.split(':');
        const content = await page(deps, row, picker, { search: search.join(':'), page: Number(number) });
        return redraw(deps, row, content);
      }
      const choice = (await offered(deps, row, picker)).find((one) => tagOf(one) === argument);
      if (choice === undefined)
        throw new UserError(`The agent server no longer offers this ${name}; nothing was changed.`);
      await redraw(deps, row, { markdown: await choose(deps, row, picker, choice), buttons: [] });
    },
  };
}

async function offered({ shard }: CommandDeps, row: InboxRow, picker: Picker): Promise<readonly string[]> {
  const { project } = await threadStateOf(shard, row);
  return picker.namesOf(await shard.agent.offers(project.directory));
}

function say({ notices }: CommandDeps, row: InboxRow, { markdown, buttons }: MenuContent): Promise<void> {
  return notices.say(row, markdown, buttons);
}

/** The name itself, or the only one whose last part it is. */
function exact(names: readonly string[], wish: string): string | undefined {
  const same = (one: string) => one.toLowerCase() === wish.toLowerCase();
  const last = names.filter((one) => same(one.slice(one.indexOf('/') + 1)));
  return names.find(same) ?? (last.length === 1 ? last[0] : undefined);
}

function searchOf(wish: string): string {
  return headOf(wish.toLowerCase().replace(/[^\x20-\x7e]/g, ''), longestSearch);
}

function matches(name: string, search: string): boolean {
  return search.split(/\s+/).every((word) => name.toLowerCase().includes(word));
}

function unknown({ name }: Picker, names: readonly string[], wish: string): UserError {
  const lower = wish.toLowerCase();
  const parts = new Map(
    names.flatMap((one) => [
      [one.slice(one.indexOf('/') + 1).toLowerCase(), one],
      [one.toLowerCase(), one],
    ]),
  );
  const meant = [
    ...new Set(
      near(lower, [...parts.keys()], Math.floor(lower.length / lettersPerSlip) || 1).map(
        (part) => parts.get(part) ?? part,
      ),
    ),
  ];
  const advice =
    meant.length === 0
      ? `\`!${name}\` lists them all.`
      : `The nearest: ${meant.slice(0, mostNear).map(code).join(', ')}.`;
  return new UserError(`The agent server has no ${name} ${code(clip(wish, 80))}. ${advice}`);
}

/** Names can be longer than a button's token has room for. */
function tagOf(name: string): string {
  return createHash('sha1').update(name).digest('base64url').slice(0, 16);
}

async function page(
  deps: CommandDeps,
  row: InboxRow,
  picker: Picker,
  look: { readonly search: string; readonly page: number },
): Promise<MenuContent> {
  const { name } = picker;
  const place = await threadStateOf(deps.shard, row);
  const offers = await deps.shard.agent.offers(place.project.directory);
  const now = current(place, picker, offers);
  const found = picker.namesOf(offers).filter((one) => matches(one, look.search));
  const of = look.search === '' ? '' : ` with ${code(look.search)}`;
  const lines = found.map((one) => ({
    text: `${code(one)}${one === now ? ' (now)' : ''}`,
    button: { label: one, action: { type: 'command', name, verb: 'set', argument: tagOf(one) } as const },
  }));
  return menuOf(deps, row, {
    title: `Choose the ${name} for the next messages of this thread; ${found.length} to choose from${of}.`,
    lines,
    page: look.page,
    turn: (page) => ({ type: 'command', name, verb: 'page', argument: `${page}:${look.search}` }),
  });
}

function current({ thread, project }: ThreadState, { name }: Picker, offers: Offers): string | undefined {
  return thread[name] ?? project[name] ?? offers[name];
}

async function choose(
  { shard }: CommandDeps,
  row: InboxRow,
  { name }: Picker,
  choice: string | undefined,
): Promise<string> {
  await shard.store.threads.configure(shard.lease, row.thread.id, { [name]: choice });
  return choice === undefined
    ? `The next messages of this thread run with the ${name} of the project again.`
    : `The next messages of this thread run with ${name} ${code(choice)}.`;
}
