/**
 * Parts of messages as the gateway knows them: capped, since one text can be larger than all that a chat ever shows,
 * and with paths as a person in the project would write them.
 */
import type { ToolPart as RawTool, ToolState } from '@opencode-ai/sdk/v2';
import type { Todo, ToolPart } from '../../core/agent.ts';
import { clip, tailOf } from '../../core/clip.ts';
import { serverSessionId } from '../../core/ids.ts';
import { diffOf, relative } from '../diffs.ts';

/** A chat shows a few lines of output; the server sends up to 51,200 bytes, and repeats them. */
const outputTailCharacters = 4_096;
/** One line each of a message in chat. */
const longestSubjectCharacters = 300;
const longestErrorCharacters = 1_000;
/** Text of one part. A runaway model must not fill our memory. */
export const longestTextCharacters = 1_000_000;

/** Inputs that say what a tool works on, the most telling first. */
const tellingInputs = [
  'command',
  'filePath',
  'path',
  'pattern',
  'url',
  'query',
  'description',
  'name',
] as const;

type Fields = Readonly<Record<string, unknown>>;

const noFields: Fields = {};

export function capped(text: string, longest: number): string {
  // What is short stays as it is: it may end in half a character, whose other half is on its way.
  return text.length > longest ? clip(text, longest) : text;
}

function field(fields: Fields, name: string): unknown {
  return fields[name];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function subjectOf(tool: string, state: ToolState, directory: string): string {
  const input: Fields = state.input ?? noFields;
  // A sub-agent's prompt is long and its other inputs say nothing; its description is its title.
  const names = tool === 'task' ? (['description'] as const) : tellingInputs;
  for (const name of names) {
    const value = text(input[name]);
    if (value === '') continue;
    const line = value.split('\n', 1)[0] ?? '';
    return capped(relative(line, directory), longestSubjectCharacters);
  }
  return 'title' in state && state.title !== undefined ? capped(state.title, longestSubjectCharacters) : '';
}

function outputOf(state: ToolState, metadata: Fields): string {
  const all = state.status === 'completed' ? state.output : text(field(metadata, 'output'));
  return tailOf(all, outputTailCharacters);
}

/** Why it failed; empty where it did not. The server calls a command that exits with 1 completed; a person does not. */
function errorOf(tool: string, state: ToolState, metadata: Fields): string {
  if (state.status === 'error') return capped(text(state.error), longestErrorCharacters);
  if (state.status !== 'completed') return '';
  if (tool === 'invalid')
    return capped(
      text(field(state.input, 'error')) || 'The model called a tool wrongly.',
      longestErrorCharacters,
    );
  const exit = field(metadata, 'exit');
  if (typeof exit === 'number' && exit !== 0) return `exit code ${exit}`;
  return state.output.includes('<shell_metadata>\nUser aborted the command') ? 'aborted' : '';
}

function isTodo(status: unknown): status is Todo['status'] {
  return status === 'pending' || status === 'in_progress' || status === 'completed' || status === 'cancelled';
}

export function todoOf(entry: Fields): Todo {
  const status = field(entry, 'status');
  return {
    text: capped(text(field(entry, 'content')), longestSubjectCharacters),
    status: isTodo(status) ? status : 'pending',
  };
}

function todosOf(tool: string, state: ToolState): readonly Todo[] | undefined {
  const list = tool === 'todowrite' ? field(state.input, 'todos') : undefined;
  return Array.isArray(list) ? list.map(todoOf) : undefined;
}

function statusOf(state: ToolState, error: string): ToolPart['status'] {
  if (state.status === 'error' || error !== '') return 'failed';
  return state.status;
}

/** The server's tool part as the gateway knows it: capped, paths relative to the project. */
export function toolOf(raw: RawTool, directory: string): ToolPart {
  const state = raw.state;
  const metadata: Fields = ('metadata' in state ? state.metadata : undefined) ?? noFields;
  const error = errorOf(raw.tool, state, metadata);
  const todos = todosOf(raw.tool, state);
  const diff = text(field(metadata, 'diff'));
  const child = raw.tool === 'task' ? text(field(metadata, 'sessionId')) : '';
  return {
    type: 'tool',
    id: raw.id,
    callId: raw.callID,
    tool: raw.tool,
    status: statusOf(state, error),
    subject: subjectOf(raw.tool, state, directory),
    output: outputOf(state, metadata),
    error,
    ...('time' in state ? { startedAt: state.time.start } : {}),
    ...('time' in state && 'end' in state.time ? { endedAt: state.time.end } : {}),
    ...(diff === '' ? {} : { diff: diffOf(diff, directory) }),
    ...(todos === undefined ? {} : { todos }),
    ...(child === '' ? {} : { child: serverSessionId(child) }),
  };
}
