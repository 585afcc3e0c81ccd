import type { MessageDeletedEvent, MessageEditedEvent, MessageEvent } from '../core/channel.ts';
import { UserError } from '../core/errors.ts';
import { clipped, code } from '../render/plain.ts';
import { priority } from '../render/plan.ts';
import type { InboxRow, Piece, RequestRow } from '../store/types.ts';
import type { Commands } from './commands.ts';
import type { Delivery } from './delivery.ts';
import type { Guard } from './guard.ts';
import type { Requests } from './requests.ts';
import type { Sessions } from './sessions.ts';
import type { Shard } from './shard.ts';
import type { Speech } from './speech.ts';
import { openChannel } from './welcome.ts';

/** What people write. Each resolves to the reason where nothing was done. */
export interface Messages {
  said(row: InboxRow, event: MessageEvent): Promise<string | undefined>;
  edited(row: InboxRow, event: MessageEditedEvent): Promise<string | undefined>;
  deleted(row: InboxRow, event: MessageDeletedEvent): Promise<string | undefined>;
}

interface Deps {
  readonly shard: Shard;
  readonly guard: Guard;
  readonly commands: Commands;
  readonly sessions: Sessions;
  readonly requests: Requests;
  readonly delivery: Delivery;
  readonly speech: Speech;
}

/** Longest title given to a session, characters. */
const titleLength = 60;

export function createMessages(deps: Deps): Messages {
  return {
    said: (row, event) => said(deps, row, event),
    edited: (row, event) => edited(deps, row, event),
    deleted: (row, event) => deleted(deps, row, event),
  };
}

async function said(deps: Deps, row: InboxRow, event: MessageEvent): Promise<string | undefined> {
  const { shard, guard, commands } = deps;
  if (!event.addressed && !isOurs(row, event)) return notAddressed(event);
  const command = await commands.find(row, event);
  if (command !== undefined) return commands.called(row, { ...event, type: 'command', ...command });
  const { role } = await guard.demand(event, 'prompt');
  if (role === 'admin' && event.addressed) await openChannel(deps, row);
  await sayAboutFiles(deps, row, event);
  if (event.text.trim() === '') return 'it held no text';
  const card = await openCard(shard, row, event.replyTo);
  if (card !== undefined) return answer(deps, row, event, card);
  return enqueue(deps, row, event.text);
}

/** A thread that drives a session is ours: what is said there is said to us, unless many talk there at once. */
function isOurs({ thread }: InboxRow, { room }: MessageEvent): boolean {
  return room === 'thread' && thread.session !== undefined;
}

function notAddressed({ room }: MessageEvent): string {
  const rule = 'here the bot acts only when mentioned';
  return room === 'thread' ? `${rule}, and this thread is not one it owns` : rule;
}

async function sayAboutFiles(
  { speech }: Pick<Deps, 'speech'>,
  { id, thread }: InboxRow,
  { attachments = [], text }: MessageEvent,
): Promise<void> {
  const [first, ...others] = attachments;
  if (first === undefined) return;
  const name = code(clipped(first.name, 80)) || 'A file';
  const subject = others.length === 0 ? `${name} was` : `${name} and ${others.length} more were`;
  const rest = text.trim() === '' ? 'Send what matters as text.' : 'Your text was.';
  await speech.tell(thread, `files-${id}`, `${subject} not passed on: files are not supported yet. ${rest}`);
}

async function enqueue(
  { shard, sessions, delivery }: Pick<Deps, 'shard' | 'sessions' | 'delivery'>,
  row: InboxRow & { readonly event: { readonly author: MessageEvent['author'] } },
  text: string,
  runs?: Piece['runs'],
): Promise<undefined> {
  const { store, lease, settings, channels, log } = shard;
  const { thread, event } = row;
  const project = settings.projects[thread.project];
  if (project === undefined)
    throw new UserError(
      `The project "${thread.project}" of this thread is no longer set up. An operator can add it to the configuration again.`,
    );
  const session = await store.threads.bind(lease, thread.id, project.directory, titleOf(text));
  const message = 'message' in event ? event.message : '';
  const piece = { inbox: row.id, message, text, ...(runs === undefined ? {} : { runs }) };
  const { author } = event;
  await store.prompts.enqueue(
    lease,
    { session: session.id, thread: thread.id, author, piece },
    settings.pieceWindowMs,
  );
  sessions.wake(session.id);
  delivery.touch(thread, priority.first);
  const adapter = channels.get(thread.address.platform)?.adapter;
  await adapter?.showTyping?.(thread.address, message || undefined).catch((error: unknown) => {
    log.debug({ thread: thread.id, error }, 'sign of hearing could not be shown');
  });
}

/** Puts a text of our own making into the queue for somebody who pressed a button or gave a command. */
export function ask(
  deps: Pick<Deps, 'shard' | 'sessions' | 'delivery'>,
  row: InboxRow,
  text: string,
  runs?: Piece['runs'],
): Promise<undefined> {
  return enqueue(deps, row, text, runs);
}

function titleOf(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? '';
  return line.length > titleLength ? `${line.slice(0, titleLength - 1)}…` : line;
}

/** The open request whose card the message answers. A slot's segment is the request's place in its prompt. */
async function openCard(
  { store }: Shard,
  { thread }: InboxRow,
  replyTo: string | undefined,
): Promise<RequestRow | undefined> {
  if (replyTo === undefined) return undefined;
  const slot = (await store.ledger.byMessage(thread.id, replyTo))?.slot;
  const [prompt, segment, kind] = slot?.split('/') ?? [];
  if (kind !== 'request') return undefined;
  const requests = await store.requests.forPrompt(Number(prompt));
  const request = requests[Number(segment) - 1];
  return request?.state === 'open' ? request : undefined;
}

async function answer(
  { guard, requests, speech }: Deps,
  row: InboxRow,
  event: MessageEvent,
  card: RequestRow,
): Promise<undefined> {
  await guard.demand(event, 'answer');
  const { author, text } = event;
  const decision =
    card.request.kind === 'permission'
      ? { reply: 'reject' as const, reason: text }
      : { reply: 'answers' as const, answers: answersOf(text, card.request.questions.length) };
  if (!(await requests.decide(card, decision, author, row.thread.id)))
    await speech.answer(row, 'This was already decided.');
}

/** One question: the whole text. Several: a line each. */
function answersOf(text: string, questions: number): readonly (readonly string[])[] {
  if (questions === 1) return [[text.trim()]];
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (lines.length !== questions)
    throw new UserError(
      `There are ${questions} questions on this card: answer each on a line of its own, or use the form.`,
    );
  return lines.map((line) => [line]);
}

async function edited({ shard, guard, sessions, speech }: Deps, row: InboxRow, event: MessageEditedEvent) {
  const verdict = await guard.check(event, 'prompt');
  if (!verdict.allowed) return verdict.reason;
  const { store, lease } = shard;
  const change = await store.prompts.editPiece(lease, row.thread.id, event.message, event.text);
  if (change === 'changed' && row.thread.session !== undefined) sessions.wake(row.thread.session);
  if (change === 'late')
    await speech.answer(
      row,
      'The agent had already started with this message, so it works with the old text. Send the change as a new message.',
    );
  if (change === 'same') return 'its text did not change';
  return change === 'changed' ? undefined : `the prompt is ${change}`;
}

/** Needs no right: what the platform let somebody take away is withdrawn, and many do not say who did it. */
async function deleted({ shard, sessions, speech }: Deps, row: InboxRow, event: MessageDeletedEvent) {
  const { store, lease } = shard;
  const change = await store.prompts.withdrawPiece(lease, row.thread.id, event.message);
  if (change === 'changed' && row.thread.session !== undefined) sessions.wake(row.thread.session);
  if (change === 'late')
    await speech.answer(row, 'The agent had already started with this message. Press Stop to end its work.');
  return change === 'changed' ? undefined : `the prompt is ${change}`;
}
