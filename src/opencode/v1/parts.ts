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
const longestSubjectCharacters = 1_000;
const longestErrorCharacters = 1_000;
/** Text of one part. A runaway model must not fill our memory. */
export const longestTextCharacters = 1_000_000;

/**
 * What the server's own tools work on, by the names of their inputs: the first that is given. Of any other tool,
 * which an MCP server or a plugin brought, all of the input is told, since nobody knows which part of it matters.
 */
const tellingInputs: Readonly<Record<string, readonly string[]>> = {
  apply_patch: [],
  bash: ['command'],
  codesearch: ['query'],
  edit: ['filePath'],
  glob: ['pattern'],
  grep: ['pattern'],
  invalid: ['tool'],
  list: ['path'],
  lsp: ['filePath'],
  multiedit: ['filePath'],
  plan_enter: [],
  plan_exit: [],
  question: [],
  read: ['filePath'],
  skill: ['name'],
  // A sub-agent's prompt is long; its description is its title.
  task: ['description'],
  todoread: [],
  todowrite: [],
  webfetch: ['url'],
  websearch: ['query'],
  write: ['filePath'],
};
const paths: readonly string[] = ['filePath', 'path'];

/** What the server's own words of a rejection begin with, with a reason or without one (measured). */
const rejection = /^The user (?:rejected permission|dismissed this question)/;

export type ToolFields = Readonly<Record<string, unknown>>;

const noFields: ToolFields = {};

export function capped(text: string, longest: number): string {
  // What is short stays as it is: it may end in half a character, whose other half is on its way.
  return text.length > longest ? clip(text, longest) : text;
}

function field(fields: ToolFields, name: string): unknown {
  return fields[name];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** One line; a command is never shortened by the project's path, since that would make another one of it. */
export function subjectOf(tool: string, state: ToolState, directory: string): string {
  const input: ToolFields = state.input ?? noFields;
  const names = Object.hasOwn(tellingInputs, tool) ? tellingInputs[tool] : undefined;
  if (names === undefined) return capped(wholeInput(input), longestSubjectCharacters);
  const name = names.find((one) => text(input[one]) !== '');
  if (name !== undefined) {
    const [line = '', ...more] = text(input[name]).trim().split('\n');
    const shown = paths.includes(name) ? relative(line, directory) : line;
    return capped(more.length === 0 ? shown : `${shown} …`, longestSubjectCharacters);
  }
  return 'title' in state && state.title !== undefined ? capped(state.title, longestSubjectCharacters) : '';
}

function wholeInput(input: ToolFields): string {
  const json = JSON.stringify(input);
  return json === '{}' ? '' : json;
}

/** Where a command runs, unless in the project's directory. */
export function workdirOf(input: ToolFields, directory: string): string | undefined {
  const place = text(field(input, 'workdir'));
  return place === '' || place === '.' || place === directory ? undefined : relative(place, directory);
}

function outputOf(state: ToolState, metadata: ToolFields): string {
  const all = state.status === 'completed' ? state.output : text(field(metadata, 'output'));
  return tailOf(all, outputTailCharacters);
}

/** Why it failed; empty where it did not. The server calls a command that exits with 1 completed; a person does not. */
function errorOf(tool: string, state: ToolState, metadata: ToolFields): string {
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

export function todoOf(entry: ToolFields): Todo {
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

function filesOf(state: ToolState): NonNullable<ToolPart['files']> {
  const files = state.status === 'completed' ? (state.attachments ?? []) : [];
  return files.map(({ filename, mime }) => ({ name: filename ?? '', mime }));
}

function statusOf(state: ToolState, error: string): ToolPart['status'] {
  if (state.status === 'error' || error !== '') return 'failed';
  return state.status;
}

/** The server's tool part as the gateway knows it: capped, paths relative to the project. */
export function toolOf(raw: RawTool, directory: string): ToolPart {
  const state = raw.state;
  const metadata: ToolFields = ('metadata' in state ? state.metadata : undefined) ?? noFields;
  const error = errorOf(raw.tool, state, metadata);
  const todos = todosOf(raw.tool, state);
  const diff = text(field(metadata, 'diff'));
  const files = filesOf(state);
  const workdir = raw.tool === 'bash' ? workdirOf(state.input ?? noFields, directory) : undefined;
  const child = raw.tool === 'task' ? text(field(metadata, 'sessionId')) : '';
  return {
    type: 'tool',
    id: raw.id,
    callId: raw.callID,
    tool: raw.tool,
    status: statusOf(state, error),
    subject: subjectOf(raw.tool, state, directory),
    ...(workdir === undefined ? {} : { workdir }),
    output: outputOf(state, metadata),
    error,
    ...(state.status === 'error' && rejection.test(text(state.error)) ? { rejected: true } : {}),
    ...('time' in state ? { startedAt: state.time.start } : {}),
    ...('time' in state && 'end' in state.time ? { endedAt: state.time.end } : {}),
    ...(diff === '' ? {} : { diff: diffOf(diff, directory) }),
    ...(todos === undefined ? {} : { todos }),
    ...(files.length === 0 ? {} : { files }),
    ...(child === '' ? {} : { child: serverSessionId(child) }),
  };
}
