/** What a platform may suggest while somebody types an argument of a command. */
import type { Agent } from '../../core/agent.ts';
import type { CommandDescription, Suggestion, Unfinished } from '../../core/channel.ts';
import { clip } from '../../core/clip.ts';
import { isAgentError } from '../../core/errors.ts';
import { near } from '../../lib/spelling.ts';
import { duration } from '../../render/amounts.ts';
import { oneLine } from '../../render/plain.ts';
import type { Store } from '../../store/types.ts';
import { createGuard } from '../access/guard.ts';
import { visibleTo } from '../commands/session-list.ts';
import type { Right } from '../policy/access.ts';
import type { Settings } from '../shard.ts';
import type { Placing } from './intake.ts';

interface SuggestionDeps {
  readonly store: Pick<Store, 'people' | 'sessions' | 'threads'>;
  readonly agents: readonly Agent[];
  readonly settings: Pick<Settings, 'admins' | 'projects'>;
  readonly commands: readonly (CommandDescription & { readonly right: Right })[];
  /** Where the threads of a channel belong that have not begun. */
  readonly place: Placing;
  now(): number;
}

type Suggest = (unfinished: Unfinished) => Promise<readonly Suggestion[]>;

const mostSuggested = 25;
/** Longest words of a session's title that are shown, characters. */
const titleLength = 70;
/** One slip in so many letters still says which one was meant. */
const lettersPerSlip = 4;

/**
 * What somebody who is writing a command could mean. Reads only, so that it needs no lease: any process that hears
 * the platform can tell. Nothing for those who may not give the command, and nothing while the server is away.
 */
export function createSuggestions(deps: SuggestionDeps): Suggest {
  return async (unfinished) => {
    const command = deps.commands.find(({ name }) => name === unfinished.command);
    if (command?.names === undefined) return [];
    if (!(await createGuard(deps).check(unfinished, command.right)).allowed) return [];
    const where = await whereIs(deps, unfinished);
    if (where === undefined) return [];
    try {
      return nearest(await listed(deps, unfinished, command.names, where), unfinished.text);
    } catch (error) {
      if (isAgentError(error)) return [];
      throw error;
    }
  };
}

interface Where {
  readonly agent: Agent;
  readonly directory: string;
}

async function whereIs(
  { store, agents, settings, place }: SuggestionDeps,
  { address }: Unfinished,
): Promise<Where | undefined> {
  const { project, server } = (await store.threads.byAddress(address)) ?? place(address);
  const directory = settings.projects[project]?.directory;
  const agent = agents.find((one) => one.server === server);
  return agent === undefined || directory === undefined ? undefined : { agent, directory };
}

async function listed(
  deps: SuggestionDeps,
  unfinished: Unfinished,
  names: NonNullable<CommandDescription['names']>,
  where: Where,
): Promise<readonly Suggestion[]> {
  if (names === 'session') return sessionsOf(deps, unfinished, where);
  const offers = await where.agent.offers(where.directory);
  const all = names === 'model' ? offers.models : offers.agents.map(({ name }) => name);
  return all.map((name) => ({ value: name, label: name }));
}

async function sessionsOf(
  { store, settings, now }: SuggestionDeps,
  unfinished: Unfinished,
  { agent, directory }: Where,
): Promise<readonly Suggestion[]> {
  const eyes = { store, guard: createGuard({ store, settings }), server: agent.server };
  const all = await visibleTo(eyes, unfinished, await agent.library.list(directory));
  return all.map(({ id, title, updatedAt }) => {
    const age = duration(Math.max(0, now() - updatedAt));
    return { value: id, label: `${clip(oneLine(title), titleLength) || id} · ${age} ago` };
  });
}

/** Those that hold all words, then those that differ by a slip; where nothing is written yet, the first ones. */
function nearest(all: readonly Suggestion[], text: string): readonly Suggestion[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const holds = (one: Suggestion) => words.every((word) => searched(one).includes(word));
  const begins = (one: Suggestion) => partsOf(one).some((part) => part.startsWith(words.join(' ')));
  const found = all.filter(holds);
  const slipped = found.length > 0 ? [] : meant(all, words.join(' '));
  return [...found.filter(begins), ...found.filter((one) => !begins(one)), ...slipped].slice(
    0,
    mostSuggested,
  );
}

function searched({ value, label }: Suggestion): string {
  return `${value} ${label}`.toLowerCase();
}

/** What people begin to write: the whole of it, what stands behind its provider, or its title. */
function partsOf({ value, label }: Suggestion): readonly string[] {
  return [value, value.slice(value.indexOf('/') + 1), label].map((part) => part.toLowerCase());
}

function meant(all: readonly Suggestion[], text: string): readonly Suggestion[] {
  const parts = all.flatMap((one) => partsOf(one).map((part) => [part, one] as const));
  const close = near(
    text,
    parts.map(([part]) => part),
    Math.floor(text.length / lettersPerSlip) || 1,
  );
  return [...new Set(close.flatMap((part) => parts.find(([one]) => one === part)?.[1] ?? []))];
}
