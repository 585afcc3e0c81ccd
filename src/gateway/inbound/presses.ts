/** What becomes of a press on a button of ours: the prompt, request or command that it belongs to. */
import {
  type Action,
  type CardChoice,
  type PromptAction,
  type RequestAction,
  readAction,
} from '../../core/action.ts';
import type { ButtonEvent, FormEvent } from '../../core/channel.ts';
import { AgentRefusedError, UserError } from '../../core/errors.ts';
import { actLine } from '../../render/acts.ts';
import type { Decision, InboxRow, PromptRow, RequestRow } from '../../store/types.ts';
import type { Guard } from '../access/guard.ts';
import type { Commands } from '../commands/dispatch.ts';
import { showChanges } from '../outbound/diffs.ts';
import type { Notices } from '../outbound/notices.ts';
import type { Right } from '../policy/access.ts';
import type { Requests } from '../requests/requests.ts';
import type { Sessions } from '../runs/session-loops.ts';
import { steerPrompt } from '../runs/steer.ts';
import type { Shard } from '../shard.ts';
import { whereFrom } from '../thread-name.ts';

/** What people press. Resolves to the reason where nothing was done. */
export interface Presses {
  pressed(
    row: InboxRow,
    event: ButtonEvent | FormEvent,
    fields: Readonly<Record<string, readonly string[]>>,
  ): Promise<string | undefined>;
}

interface Deps {
  readonly shard: Shard;
  readonly guard: Guard;
  readonly commands: Pick<Commands, 'pressed'>;
  readonly sessions: Sessions;
  readonly requests: Requests;
  readonly notices: Notices;
  /** Puts a prompt into the queue in the name of the one who pressed; with the files and all else of another. */
  enqueue(row: InboxRow, text: string, like?: PromptRow): Promise<undefined>;
}

export function createPresses(deps: Deps): Presses {
  return {
    async pressed(row, event, fields) {
      const text = deps.shard.settings.ids.verify(event.token);
      const action = text === undefined ? undefined : readAction(text);
      // Before any word of ours, whatever the token is.
      await deps.guard.demand(event, action === undefined ? 'view' : rightOf(action));
      if (text === undefined) throw new UserError('This button is not one of ours, so nothing was done.');
      if (action === undefined) return `unknown action ${text}`;
      if (action.type === 'command') return deps.commands.pressed(row, event, action);
      if (action.type === 'request') return pressedRequest(deps, row, action, fields);
      const prompt = await deps.shard.store.prompts.byId(action.prompt);
      if (prompt === undefined || !(await isShownIn(deps.shard, row, prompt)))
        throw new UserError('This button belongs to a message that is no longer known, so nothing was done.');
      return pressedPrompt(deps, row, prompt, action.type);
    },
  };
}

/** Its own thread, and every one that is bound to its session now. */
async function isShownIn({ store }: Shard, { thread }: InboxRow, prompt: PromptRow): Promise<boolean> {
  return prompt.thread === thread.id || (await store.threads.byId(thread.id))?.session === prompt.session;
}

/** For what only its command knows, the least that it can be. */
function rightOf(action: Action): Right {
  if (action.type === 'request') return 'answer';
  return action.type === 'command' ? 'view' : rights[action.type];
}

const rights: Readonly<Record<PromptAction['type'], Right>> = {
  stop: 'stop',
  now: 'steer',
  diff: 'view',
  again: 'prompt',
};

async function pressedPrompt(
  deps: Deps,
  row: InboxRow,
  prompt: PromptRow,
  name: PromptAction['type'],
): Promise<string | undefined> {
  await deps.guard.demand(row.event, rights[name]);
  if (name === 'stop') return stop(deps, row, prompt);
  if (name === 'now') return steerPrompt(deps, prompt);
  if (name === 'diff') return diff(deps, row, prompt);
  const texts = prompt.pieces.map(({ text }) => text).filter((text) => text !== '');
  return deps.enqueue(row, texts.join('\n\n'), prompt);
}

async function stop(
  { shard, sessions }: Deps,
  { event, thread }: InboxRow,
  prompt: PromptRow,
): Promise<undefined> {
  const { name } = event.author;
  if (!(await shard.store.prompts.markStopping(shard.lease, prompt.id, name, thread.id)))
    throw new UserError('It had already ended, so there was nothing to stop.');
  sessions.stop(prompt.session);
}

async function diff(deps: Deps, row: InboxRow, prompt: PromptRow): Promise<undefined> {
  const { shard } = deps;
  const session = await shard.store.sessions.byId(prompt.session);
  if (session?.serverSession === undefined || prompt.messageId === undefined)
    throw new UserError('The session of this answer is no longer known.');
  const ref = { session: session.serverSession, directory: session.directory };
  const changes = await shard.agent.diff(ref, prompt.messageId);
  if (changes.patch.trim() === '') throw new UserError('The agent server keeps no changes of this answer.');
  await showChanges(deps, row, changes, session.title);
}

type Fields = FormEvent['fields'];

async function pressedRequest(
  deps: Deps,
  row: InboxRow,
  { request: id, choice }: RequestAction,
  fields: Fields,
): Promise<string | undefined> {
  const { shard, requests, notices } = deps;
  const request = await shard.store.requests.byId(id);
  const prompt = request === undefined ? undefined : await shard.store.prompts.byId(request.prompt);
  if (request === undefined || prompt === undefined || !(await isShownIn(shard, row, prompt)))
    throw new UserError('This card is no longer known, so nothing was done.');
  await deps.guard.demand(row.event, 'answer');
  if (choice === 'again') return deps.enqueue(row, againText(request));
  const decision = decisionOf(request, choice, fields);
  try {
    if (await requests.decide(request, decision, row.event.author, row.thread.id)) return undefined;
  } catch (error) {
    if (!(error instanceof AgentRefusedError)) throw error;
    throw new UserError(`The agent server did not take this answer: ${error.message}`);
  }
  const now = await shard.store.requests.byId(id);
  // The same press again after a crash: it was this one that decided.
  if (now?.decidedBy?.id === row.event.author.id && row.attempts > 0) return undefined;
  await notices.answer(row, await tooLate(shard, row, now));
  return 'already settled';
}

async function tooLate(
  { store, outlets }: Shard,
  { thread }: InboxRow,
  request: RequestRow | undefined,
): Promise<string> {
  const name = request?.decidedBy?.name;
  if (name === undefined) return 'This is no longer open: the card says what became of it.';
  const place = request?.decidedIn === undefined ? undefined : await store.threads.byId(request.decidedIn);
  const who =
    place === undefined || place.id === thread.id ? name : `${name} ${whereFrom({ outlets }, place, thread)}`;
  const at = new Date(request?.decidedAt ?? 0).toTimeString().slice(0, 5);
  return `${who} already ${request?.decision?.reply === 'once' ? 'allowed' : 'answered'} this at ${at}.`;
}

function againText({ request }: RequestRow): string {
  return request.kind === 'permission'
    ? `Nobody decided in time whether you may do this, so it was not done: ${actLine(request)}\nPlease ask for it again and go on.`
    : `Nobody answered your question in time: ${request.questions.map(({ question }) => question).join(' ')}\nPlease ask it again and go on.`;
}

function decisionOf({ request, words }: RequestRow, choice: CardChoice, fields: Fields): Decision {
  if (choice === 'once' && request.kind === 'permission') return { reply: 'once' };
  if (choice === 'reject') return { reply: 'reject' };
  if (choice === 'reason') {
    const reason = fields['reason']?.[0]?.trim() ?? '';
    if (reason === '') throw new UserError('Say why, so that the agent can go on differently.');
    return { reply: 'reject', reason };
  }
  if (choice === 'words' && words !== undefined) return { reply: 'reject', reason: words.text };
  if (request.kind === 'question')
    return { reply: 'answers', answers: answersOf(request.questions, choice, fields) };
  throw new UserError('This button does not fit this card, so nothing was done.');
}

function answersOf(
  questions: readonly { readonly header: string; readonly options: readonly { readonly label: string }[] }[],
  choice: CardChoice,
  fields: Fields,
): readonly (readonly string[])[] {
  if (choice.startsWith('option.')) {
    const label = questions[0]?.options[Number(choice.slice('option.'.length))]?.label;
    if (label === undefined) throw new UserError('This choice is no longer on the card.');
    return [[label]];
  }
  const answers = questions.map(
    (_, index) => fields[`q${index}`]?.filter((text) => text.trim() !== '') ?? [],
  );
  const open = questions.find((_, index) => answers[index]?.length === 0);
  if (open !== undefined) throw new UserError(`One question has no answer yet: ${open.header}.`);
  return answers;
}
