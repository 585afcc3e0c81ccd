/**
 * Where one run ends and the next begins, in the messages that the server stores. It stores no runs, but the time at
 * which each message was written, and of each answer when it was complete. Pure.
 */
import type { AssistantMessage, UserMessage } from '@opencode-ai/sdk/v2';
import type { RawMessage } from './stored.ts';

/**
 * From one step of a run to the next, and from its end to what the server adds by itself (a summary, a word to go
 * on), it takes less than 100 ms (measured). What people write comes later, milliseconds.
 */
const betweenStepsMs = 1_000;

type Answer = RawMessage & { readonly info: AssistantMessage };
export type Prompted = RawMessage & { readonly info: UserMessage };

export function isAnswer(raw: RawMessage): raw is Answer {
  return raw.info.role === 'assistant';
}

export function isPrompt(raw: RawMessage): raw is Prompted {
  return raw.info.role === 'user';
}

/** Whether the run that went before had ended when the message at this place was written. */
export function beginsRun(messages: readonly RawMessage[], at: number): boolean {
  const raw = messages[at];
  if (raw === undefined || !isPrompt(raw)) return false;
  const written = raw.info.time.created;
  const last = messages.slice(0, at).findLast(isAnswer)?.info;
  const { completed, created } = last?.time ?? { completed: 0, created: 0 };
  // It never became final though another follows: a killed server left it.
  if (completed === undefined) return messages.slice(at).some(isAnswer);
  if (completed > written) return false;
  const goesOn = last?.finish === 'tool-calls' || last?.summary === true || isCompaction(raw);
  if (goesOn && last?.error === undefined && written - completed < betweenStepsMs) return false;
  // Two that came at once are answered as one.
  const other = messages.slice(0, at).findLast((one) => isPrompt(one) && one.info.time.created > created);
  return other === undefined || written - other.info.time.created >= betweenStepsMs;
}

/** The server's own order to summarise. */
export function isCompaction({ parts }: RawMessage): boolean {
  return parts.some(({ type }) => type === 'compaction');
}

/** Where the run of the prompt at this place ends: the place of the first message of the next. `joined`: known to be sent into it. */
export function endOfRun(
  messages: readonly RawMessage[],
  start: number,
  joined: readonly string[] = [],
): number {
  const next = messages.findIndex(
    ({ info }, at) => at > start && !joined.includes(info.id) && beginsRun(messages, at),
  );
  return next === -1 ? messages.length : next;
}

/** What a person would see that was said; empty where nothing was said by a person. */
export function wordsOf({ parts }: RawMessage): string {
  return parts
    .map(partWords)
    .filter((text) => text !== undefined)
    .join('\n');
}

/** A file is told in the words that the server has for one that it no longer sends; one that the text names is not. */
export function partWords(part: RawMessage['parts'][number]): string | undefined {
  if (part.type === 'text') return part.synthetic === true || part.ignored === true ? undefined : part.text;
  if (part.type === 'subtask') return part.prompt;
  if (part.type !== 'file' || part.source !== undefined) return undefined;
  return `[Attached ${part.mime}: ${part.filename ?? 'file'}]`;
}
