/** `status`: what runs and waits in this thread, and what the agent waits for. */
import type { AgentRequest, SessionRef } from '../../core/agent.ts';
import { clip } from '../../core/clip.ts';
import { isAgentError } from '../../core/errors.ts';
import type { Offers } from '../../core/library.ts';
import { actLine } from '../../render/acts.ts';
import { duration } from '../../render/amounts.ts';
import { code, escaped } from '../../render/plain.ts';
import { sentences } from '../../render/sentences.ts';
import type { InboxRow, PromptRow, RequestRow } from '../../store/types.ts';
import { approversOf } from '../access/approvers.ts';
import { pieceWords } from '../policy/words.ts';
import type { Shard } from '../shard.ts';
import { whereOf } from '../thread-name.ts';
import type { Command } from './command.ts';
import { isAtWork, runningOf, type ThreadState, threadStateOf } from './thread-state.ts';

/** Longest text of a person or of a request in a line, characters. */
const excerpt = 60;
/** Waiting messages that are shown with their text. */
const mostQueued = 5;
/** More people than this are not named as those who may decide. */
const mostNamed = 4;

export const status: Command = {
  name: 'status',
  description: 'What this thread works with, what runs, what waits, and how to open it in a terminal',
  right: 'view',
  async run({ shard, notices }, { row }) {
    const place = await threadStateOf(shard, row);
    const own = await defaultsOf(shard, place);
    const lines = [
      headLine(place, own),
      await runLine(shard, row, place),
      queueLine(place),
      placesLine(shard, place),
      `Shows: ${place.thread.verbosity} · pings: ${place.thread.notify}`,
      serverLine(shard),
      terminalLine(shard, place),
    ];
    await notices.say(row, lines.filter((line) => line !== '').join('  \n'));
  },
};

/** Nice to know: a server that is away does not keep the rest back. */
async function defaultsOf(
  { agent }: Shard,
  { project }: ThreadState,
): Promise<Pick<Offers, 'model' | 'agent'>> {
  try {
    return await agent.offers(project.directory);
  } catch (error) {
    if (!isAgentError(error)) throw error;
    return { model: undefined, agent: undefined };
  }
}

function placesLine(shard: Shard, { others }: ThreadState): string {
  return others.length === 0
    ? ''
    : `Also shown in: ${others.map((other) => code(whereOf(shard, other))).join(', ')}`;
}

function headLine({ thread, project, session }: ThreadState, own: Pick<Offers, 'model' | 'agent'>): string {
  const title =
    session === undefined || session.title === '' ? 'no session yet' : `session "${escaped(session.title)}"`;
  const model = thread.model ?? project.model ?? own.model ?? 'no model';
  const agent = thread.agent ?? project.agent ?? own.agent ?? 'default agent';
  return `${escaped(project.name)} on ${escaped(thread.server)} · ${title} · ${escaped(model)} · ${escaped(agent)}`;
}

async function runLine(shard: Shard, row: InboxRow, place: ThreadState): Promise<string> {
  const { store, clock } = shard;
  const running = runningOf(place);
  if (running === undefined)
    return (await isAtWork(shard, place))
      ? 'The agent is at work on something that was begun at the agent server; `!stop` ends it.'
      : 'Nothing runs.';
  const time = duration(Math.max(0, clock.now() - (running.sentAt ?? running.createdAt)));
  const waiting = (await store.requests.forPrompt(running.id)).filter(({ state }) => state === 'open');
  const [first] = waiting;
  const more = waiting.length > 1 ? ` and ${waiting.length - 1} more` : '';
  const wait =
    first === undefined ? '' : `, waiting for ${await waitedFor(shard, row)}: ${subjectOf(first)}${more}`;
  return `Running for ${time}${wait}`;
}

async function waitedFor(shard: Shard, row: InboxRow): Promise<string> {
  const names = row.event.room === 'private' ? [] : (await approversOf(shard, row)).names;
  return names.length === 0 || names.length > mostNamed ? 'an answer above' : names.join(' or ');
}

function subjectOf({ request }: RequestRow): string {
  return escaped(clip(wordsOf(request), excerpt));
}

function wordsOf(request: AgentRequest): string {
  return request.kind === 'permission'
    ? actLine(request)
    : request.questions.map(({ header }) => header).join(', ');
}

function queueLine({ open }: ThreadState): string {
  const queued = open.filter(({ state }) => state === 'queued');
  if (queued.length === 0) return '';
  const shown = queued.slice(0, mostQueued).map(quoteOf);
  const more = queued.length > mostQueued ? [`${queued.length - mostQueued} more`] : [];
  return `Queue: ${queued.length} (${[...shown, ...more].join(', ')})`;
}

function quoteOf({ author, pieces }: PromptRow): string {
  const text = pieces.map(pieceWords).join(' ');
  return `${escaped(author.name)}: "${escaped(clip(text.replace(/\s+/g, ' '), excerpt))}"`;
}

function serverLine({ agent }: Shard): string {
  const { connected, since, gate, unasked } = agent.status();
  if (!connected)
    return `The agent server has not answered since ${new Date(since).toTimeString().slice(0, 5)}.`;
  if (gate === 'partly') return `⚠ Runs without asking: ${escaped(unasked.join('; '))}`;
  return gate === 'off' ? `⚠ ${sentences.gateOff}` : '';
}

/** Never the password: who may have it can look it up or was given it. */
function terminalLine({ agent }: Shard, { session }: ThreadState): string {
  const address = agent.address();
  if (address === undefined || session?.serverSession === undefined) return '';
  const ref: SessionRef = { session: session.serverSession, directory: session.directory };
  // The client's own default, where nothing is said.
  const other =
    address.username === undefined || address.username === 'opencode' ? undefined : address.username;
  const user = other === undefined ? '' : ` --username ${quotedWord(other)}`;
  const command = `opencode attach ${address.url} --dir ${quotedWord(ref.directory)} --session ${ref.session}${user}`;
  const password =
    address.username === undefined
      ? ''
      : ' with OPENCODE_SERVER_PASSWORD set to the password of the agent server';
  return `In a terminal: ${code(command)}${password}`;
}

/** One word for a shell. */
function quotedWord(text: string): string {
  return /^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
