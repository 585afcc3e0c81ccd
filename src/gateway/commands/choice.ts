/** Commands that choose one of a few words for the thread, such as `verbosity`. */
import { UserError } from '../../core/errors.ts';
import { code } from '../../render/plain.ts';
import type { InboxRow, ThreadSettings } from '../../store/types.ts';
import type { Command, CommandDeps } from './command.ts';
import { menuOf, redraw } from './menu.ts';
import { threadStateOf } from './thread-state.ts';

/** What is set to one of a few words. */
type Chosen = 'verbosity' | 'notify' | 'listen';

interface Choice<Name extends Chosen> {
  readonly name: Name;
  readonly description: string;
  /** What can be chosen, with what it means. */
  readonly options: Readonly<Record<ThreadSettings[Name], string>>;
}

/** A command that sets one thing of the thread to one of a few words. */
export function choiceCommand<Name extends Chosen>(choice: Choice<Name>): Command {
  const { name, description, options } = choice;
  const words = Object.keys(options);
  const optionOf = (text: string) => {
    const word = text.trim().toLowerCase();
    if (!isOption(options, word))
      throw new UserError(`There is no ${name} ${code(word)}. Choose one of: ${words.join(', ')}.`);
    return word;
  };
  return {
    name,
    argument: `[${words.join('|')}]`,
    description,
    right: 'settings',
    async run(deps, { row, text }) {
      if (text.trim() === '') return list(deps, row, choice);
      const option = optionOf(text);
      await set(deps, row, { [name]: option });
      await deps.notices.say(row, `${options[option]} (${name}: ${option})`);
    },
    async pressed(deps, { row, argument }) {
      const option = optionOf(argument);
      await set(deps, row, { [name]: option });
      await redraw(deps, row, { markdown: `${options[option]} (${name}: ${option})`, buttons: [] });
    },
  };
}

function isOption<Option extends string>(
  options: Readonly<Record<Option, string>>,
  word: string,
): word is Option {
  return Object.hasOwn(options, word);
}

async function list<Name extends Chosen>(
  deps: CommandDeps,
  row: InboxRow,
  { name, options }: Choice<Name>,
): Promise<void> {
  const { thread } = await threadStateOf(deps.shard, row);
  const lines = Object.entries<string>(options).map(([word, meaning]) => ({
    text: `${word}${thread[name] === word ? ' (now)' : ''}: ${meaning}`,
    button: { label: word, action: { type: 'command', name, verb: 'set', argument: word } as const },
  }));
  const menu = menuOf(deps, row, {
    title: `Choose the ${name} of this thread.`,
    lines,
    page: 0,
    turn: (page) => ({ type: 'command', name, verb: 'page', argument: `${page}` }),
  });
  await deps.notices.say(row, menu.markdown, menu.buttons);
}

/** What runs shows it at once. */
async function set(
  { shard, sessions }: CommandDeps,
  row: InboxRow,
  change: Partial<ThreadSettings>,
): Promise<void> {
  await shard.store.threads.configure(shard.lease, row.thread.id, change);
  const { session, open } = await threadStateOf(shard, row);
  if (session !== undefined && open.length > 0) sessions.wake(session.id);
}
