/** What becomes of a message: an answer to a card, a prompt, a change of one that waits, or nothing. */
import type { MessageDeletedEvent, MessageEditedEvent, MessageEvent } from '../../core/channel.ts';
import { noProject } from '../../core/project.ts';
import { slotPlace } from '../../core/slot.ts';
import type { InboxRow, PromptRow, RequestRow } from '../../store/types.ts';
import { openChannel } from '../access/denial.ts';
import type { Guard } from '../access/guard.ts';
import type { Commands } from '../commands/dispatch.ts';
import type { Delivery } from '../outbound/delivery.ts';
import type { Notices } from '../outbound/notices.ts';
import { notForUs } from '../policy/listening.ts';
import { mostOverheard, pieceWords, quoteForAgent } from '../policy/words.ts';
import type { Requests } from '../requests/requests.ts';
import type { Sessions } from '../runs/session-loops.ts';
import { noProjectSentence, projectOf, type Shard } from '../shard.ts';
import { receiveFiles, refusedAll, sentencesOf } from './attachments.ts';
import { contextOf } from './context.ts';
import { enqueue, type Saying } from './enqueue.ts';
import { answersIn } from './replies.ts';

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
  readonly notices: Notices;
}

export function createMessages(deps: Deps): Messages {
  return {
    said: (row, event) => said(deps, row, event),
    edited: (row, event) => edited(deps, row, event),
    deleted: (row, event) => deleted(deps, row, event),
  };
}

async function said(deps: Deps, row: InboxRow, event: MessageEvent): Promise<string | undefined> {
  const { shard, guard, commands, notices } = deps;
  if (!event.addressed && !isOurs(row, event)) return notAddressed(event);
  const command = await commands.find(row, event);
  if (command !== undefined) {
    // Before any word of ours: whoever is unknown meets the door first, also with a slip or a file.
    await guard.demand(event, 'view');
    await refuseFiles(deps, row, event, 'a command takes no files; send it as a message of its own');
    return commands.called(row, { ...event, type: 'command', ...command });
  }
  const elsewhere = notForUs(row.thread, event, shard.clock.now());
  if (elsewhere !== undefined) {
    await overhear(shard, row, event);
    return elsewhere;
  }
  const { role } = await guard.demand(event, 'prompt');
  if (row.thread.project === noProject) {
    await notices.answer(row, noProjectSentence);
    return 'no project is set up for this place';
  }
  if (role === 'admin' && event.addressed) await openChannel(deps, row);
  if (event.revised === true) {
    const change = await changed(deps, row, event);
    if (change !== 'absent') return change === 'changed' ? undefined : `it was a prompt before; ${change}`;
  }
  const card = await openCard(shard, row, event.replyTo);
  if (card === undefined) return prompted(deps, row, event);
  await refuseFiles(deps, row, event, 'an answer to a card takes no files; send it as a message of its own');
  if (event.text.trim() === '') return 'it held no text';
  await answer(deps, row, event, card);
  return undefined;
}

/** A thread that drives a session is ours: what is said there is said to us, unless many talk there at once. */
function isOurs({ thread }: InboxRow, { room }: MessageEvent): boolean {
  return room === 'thread' && thread.session !== undefined;
}

function notAddressed({ room }: MessageEvent): string {
  const rule = 'here the bot acts only when mentioned';
  return room === 'thread' ? `${rule}, and this thread is not one it owns` : rule;
}

/** The prompt: its text, the files that may be passed on, and what it answers. Again after a crash, it looks first. */
async function prompted(deps: Deps, row: InboxRow, event: MessageEvent): Promise<string | undefined> {
  const { shard, notices } = deps;
  const { text, attachments = [], quote, unread } = event;
  if (text.trim() === '' && attachments.length === 0) return heldNothing(deps, row, event);
  const before = await shard.store.prompts.byPiece(row.thread.id, row.id);
  if (before !== undefined) return toAgent(deps, row, { text });
  const project = projectOf(shard.settings, row.thread.project);
  const { files, remarks } = await receiveFiles(shard, row, project, attachments);
  if (remarks.length > 0) await notices.tell(row.thread, `files-${row.id}`, sentencesOf(remarks));
  if (unread !== undefined) await notices.answer(row, notPassedOn(unread));
  if (text.trim() === '' && files.length === 0) return 'none of its files could be passed on';
  const context = await contextOf(shard, row, event);
  return toAgent(deps, row, {
    text,
    files,
    own: true,
    ...(quote === undefined ? {} : { quote: quoteForAgent(quote) }),
    ...(context === undefined ? {} : { context }),
  });
}

/** Puts it into the queue; what was said before and was not for the agent has been told with it. */
async function toAgent(deps: Deps, row: InboxRow, saying: Saying): Promise<undefined> {
  const { store, lease } = deps.shard;
  await enqueue(deps, row, saying);
  await store.overheard.told(lease, row.thread.id, row.id);
}

/** Kept until the agent is told of it. What programs say is not for it, nor what has no words. */
async function overhear({ store, lease }: Shard, row: InboxRow, event: MessageEvent): Promise<void> {
  const { author, message, at } = event;
  const text = pieceWords({ text: event.text, files: event.attachments ?? [] });
  if (author.bot === true || author.anonymous === true || text.trim() === '') return;
  await store.overheard.keep(
    lease,
    row.thread.id,
    { inbox: row.id, author, message, at, text },
    mostOverheard,
  );
}

/** Only what has a name can be told of; what is empty was nothing to the one who sent it either. */
async function heldNothing(
  { notices }: Pick<Deps, 'notices'>,
  row: InboxRow,
  { unread }: MessageEvent,
): Promise<string> {
  if (unread === undefined) return 'it held no text';
  await notices.answer(row, notPassedOn(unread));
  return `it held only ${unread}`;
}

function notPassedOn(unread: string): string {
  const name = unread.charAt(0).toUpperCase() + unread.slice(1);
  return `${name} cannot be passed on to the agent. Say it in words.`;
}

/** Where only the text of a message counts. */
async function refuseFiles(
  { notices }: Pick<Deps, 'notices'>,
  row: InboxRow,
  { attachments = [] }: MessageEvent,
  reason: string,
): Promise<void> {
  if (attachments.length === 0) return;
  const { remarks } = refusedAll(attachments, reason);
  await notices.tell(row.thread, `files-${row.id}`, sentencesOf(remarks));
}

/** The open request whose card the message answers. A slot's segment is the request's place in its prompt. */
async function openCard(
  { store }: Shard,
  { thread }: InboxRow,
  replyTo: string | undefined,
): Promise<RequestRow | undefined> {
  if (replyTo === undefined) return undefined;
  const slot = (await store.ledger.byMessage(thread.id, replyTo))?.slot;
  if (slot === undefined) return undefined;
  const { prompt, segment, kind } = slotPlace(slot);
  if (kind !== 'request') return undefined;
  const request = (await store.requests.forPrompt(prompt))[segment - 1];
  return request?.state === 'open' ? request : undefined;
}

/** Words answer a question; to a permission they decide nothing, and are asked back about. */
async function answer(
  { guard, requests, notices }: Deps,
  row: InboxRow,
  event: MessageEvent,
  card: RequestRow,
): Promise<void> {
  await guard.demand(event, 'answer');
  const { author, text, message } = event;
  const { request } = card;
  const { id: thread } = row.thread;
  if (request.kind === 'permission') {
    const words = { by: author, text: text.trim(), message, thread };
    if (!(await requests.hear(card, words))) await notices.answer(row, alreadyDecided);
    return;
  }
  const replied = answersIn(text, request.questions);
  if ('missing' in replied) return notices.say(row, replied.missing);
  const decision = { reply: 'answers' as const, answers: replied.answers };
  if (!(await requests.decide(card, decision, author, thread))) await notices.answer(row, alreadyDecided);
}

const alreadyDecided = 'This was already decided.';

async function edited(deps: Deps, row: InboxRow, event: MessageEditedEvent) {
  const verdict = await deps.guard.check(event, 'prompt');
  if (!verdict.allowed) return verdict.reason;
  const change = await changed(deps, row, event);
  if (change === 'foreign') return 'somebody else wrote it, and only they may change it';
  if (change === 'same') return 'its text did not change';
  return change === 'changed' ? undefined : `the prompt is ${change}`;
}

type Change = Pick<MessageEditedEvent, 'message' | 'text' | 'author'>;

/** The prompt that the message became, where it is one, gets its text of now; its author is told where that is too late. */
async function changed({ shard, sessions, notices }: Deps, row: InboxRow, event: Change) {
  const { store, lease } = shard;
  if (await isOfAnother(shard, row, event)) return 'foreign';
  const change = await store.prompts.editPiece(lease, row.thread.id, event.message, event.text);
  if (change === 'absent') await store.overheard.change(lease, row.thread.id, event.message, event.text);
  if (change === 'changed' && row.thread.session !== undefined) sessions.wake(row.thread.session);
  if (change === 'late')
    await notices.answer(
      row,
      'The agent had already started with this message, so it works with the old text. Send the change as a new message.',
    );
  return change;
}

/** A message that waits for its turn was written by somebody else. */
async function isOfAnother(
  { store }: Shard,
  { thread }: InboxRow,
  { message, author }: Change,
): Promise<boolean> {
  const open = thread.session === undefined ? [] : await store.prompts.open(thread.session);
  const holds = (prompt: PromptRow) =>
    prompt.thread === thread.id && prompt.pieces.some((piece) => piece.message === message);
  return open.some((prompt) => holds(prompt) && prompt.author.id !== author.id);
}

/** Needs no right: what the platform let somebody take away is withdrawn, and many do not say who did it. */
async function deleted({ shard, sessions, notices }: Deps, row: InboxRow, event: MessageDeletedEvent) {
  const { store, lease } = shard;
  const change = await store.prompts.withdrawPiece(lease, row.thread.id, event.message);
  if (change === 'absent') await store.overheard.change(lease, row.thread.id, event.message, undefined);
  if (change === 'changed' && row.thread.session !== undefined) sessions.wake(row.thread.session);
  if (change === 'late')
    await notices.answer(row, 'The agent had already started with this message. Press Stop to end its work.');
  return change === 'changed' ? undefined : `the prompt is ${change}`;
}
