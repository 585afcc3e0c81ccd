/** Messages and parts as they arrive on the stream. */
import type {
  AssistantMessage,
  Message,
  Part as RawPart,
  TextPart as RawText,
  ReasoningPart,
} from '@opencode-ai/sdk/v2';
import { type ServerMessageId, type ServerSessionId, serverMessageId } from '../../core/ids.ts';
import { callUpdated } from './joins.ts';
import { agentMessageOf } from './messages.ts';
import { capped, longestTextCharacters, toolOf } from './parts.ts';
import { began, finished } from './run-state.ts';
import { partWords } from './runs.ts';
import { type Emit, runOf, type StreamMemory } from './stream-memory.ts';

interface Delta {
  readonly messageID: string;
  readonly partID: string;
  readonly field: string;
  readonly delta: string;
}

/**
 * Only parts that were heard from their beginning grow. A delta of any other part is dropped: whether it is
 * text or thought is not in the delta, and the whole part comes at its end.
 */
export function partDelta(memory: StreamMemory, root: ServerSessionId, raw: Delta, emit: Emit): void {
  const growing = memory.growing.get(raw.partID);
  if (growing === undefined || raw.field !== 'text' || growing.text.length > longestTextCharacters) return;
  growing.text += raw.delta;
  if (!memory.tracked.has(root)) return;
  emit({
    type: 'part-appended',
    session: root,
    message: serverMessageId(raw.messageID),
    part: raw.partID,
    text: raw.delta,
  });
}

function textUpdated(
  memory: StreamMemory,
  root: ServerSessionId,
  raw: RawText | ReasoningPart,
  emit: Emit,
): void {
  if (raw.type === 'text' && (raw.synthetic === true || raw.ignored === true)) return;
  const message = serverMessageId(raw.messageID);
  const done = raw.time === undefined || raw.time.end !== undefined;
  const text = capped(raw.text, longestTextCharacters);
  if (done) memory.growing.delete(raw.id);
  else memory.growing.set(raw.id, { type: raw.type, message, text });
  if (!memory.tracked.has(root)) return;
  emit({
    type: 'part-updated',
    session: root,
    message,
    part: { type: raw.type, id: raw.id, text, done, gap: false },
  });
}

/** Ends what was growing in a message. `keep`: with what was heard; else empty, since a next try says it again. */
function endGrowing(
  memory: StreamMemory,
  root: ServerSessionId,
  message: ServerMessageId,
  keep: boolean,
  emit: Emit,
): void {
  for (const [id, growing] of memory.growing) {
    if (growing.message !== message) continue;
    memory.growing.delete(id);
    if (!memory.tracked.has(root)) continue;
    const part = { type: growing.type, id, text: keep ? growing.text : '', done: true, gap: false };
    emit({ type: 'part-updated', session: root, message, part });
  }
}

function promptPart(memory: StreamMemory, root: ServerSessionId, raw: RawPart): void {
  const { pending } = runOf(memory, root);
  if (pending?.message !== raw.messageID) return;
  const text = partWords(raw);
  if (text !== undefined) pending.text = below(pending.text, text);
  else if (raw.type === 'text') pending.hidden = below(pending.hidden, raw.text);
}

function below(before: string, text: string): string {
  return before === '' ? text : `${before}\n${text}`;
}

/**
 * The agent begins to answer what was said: only that makes a run of it, whoever said it. What the server says to
 * itself to go on after a summary belongs to the run that it goes on with.
 */
function tellBegun(memory: StreamMemory, root: ServerSessionId, raw: AssistantMessage, emit: Emit): void {
  const message = serverMessageId(raw.parentID);
  if (raw.summary === true || runOf(memory, root).compacting || memory.answered.get(message) === true) return;
  memory.answered.set(message, true);
  const said = memory.said.get(message);
  memory.said.delete(message);
  const byProgram = said?.text === '';
  emit({
    type: 'run-seen',
    session: root,
    message,
    text: byProgram ? said?.hidden : said?.text,
    byProgram,
  });
}

export function partUpdated(
  memory: StreamMemory,
  root: ServerSessionId,
  raw: RawPart,
  directory: string,
  emit: Emit,
): void {
  if (raw.type === 'compaction') runOf(memory, root).compacting = true;
  if (raw.type === 'tool') callUpdated(memory, raw, emit);
  const message = serverMessageId(raw.messageID);
  const role = memory.messages.get(message);
  if (role === 'user') promptPart(memory, root, raw);
  // A summary is written for the model, not for people.
  if (role !== 'assistant') return;
  switch (raw.type) {
    case 'text':
    case 'reasoning':
      textUpdated(memory, root, raw, emit);
      break;
    case 'tool':
      if (!memory.tracked.has(root)) break;
      emit({ type: 'part-updated', session: root, message, part: toolOf(raw, directory) });
      break;
    case 'step-start':
      endGrowing(memory, root, message, false, emit);
      break;
    default:
      break;
  }
}

function assistantUpdated(
  memory: StreamMemory,
  root: ServerSessionId,
  raw: AssistantMessage,
  emit: Emit,
): void {
  const final = raw.time.completed !== undefined;
  const id = serverMessageId(raw.id);
  if (memory.messages.get(id) === undefined) {
    memory.messages.set(id, raw.summary === true ? 'summary' : 'assistant');
  }
  const run = runOf(memory, root);
  if (raw.sessionID === root) tellBegun(memory, root, raw, emit);
  if (!final && raw.sessionID === root) {
    began(run, root, emit);
    run.open.add(id);
  }
  if (final) endGrowing(memory, root, id, true, emit);
  if (memory.tracked.has(root)) {
    emit({ type: 'message-updated', session: root, message: agentMessageOf(raw) });
    if (final && raw.summary === true && raw.error === undefined) {
      emit({
        type: 'part-updated',
        session: root,
        message: id,
        part: { type: 'compaction', id },
      });
    }
  }
  if (final && raw.sessionID === root) finished(run, root, id, emit);
}

export function messageUpdated(memory: StreamMemory, root: ServerSessionId, raw: Message, emit: Emit): void {
  if (raw.role === 'assistant') {
    assistantUpdated(memory, root, raw, emit);
    return;
  }
  const id = serverMessageId(raw.id);
  memory.messages.set(id, 'user');
  // It is told again when its changes are known.
  if (memory.said.get(id) !== undefined || memory.answered.get(id) === true) return;
  if (raw.sessionID === root) runOf(memory, root).pending = { message: id, text: '', hidden: '' };
}
