/**
 * The act that a permission is asked for, as whole as the server tells it. Of its own tools it tells the act in the
 * request's metadata; of all others (MCP servers, plugins, skills) it tells nothing there, and the act is the input
 * of the call that asks (measured on 1.18.33).
 */
import type { PermissionRequest as RawPermission } from '@opencode-ai/sdk/v2';
import type { PermissionRequest } from '../../core/agent.ts';
import { relative, relativeDiff } from '../diffs.ts';
import { type ToolFields, workdirOf } from './parts.ts';

/** A call of a tool, as its part tells it. */
export interface AskingCall {
  readonly tool: string;
  readonly input: ToolFields;
}

type Act = Pick<PermissionRequest, 'subject' | 'input' | 'tool' | 'workdir' | 'reaches' | 'diff' | 'unknown'>;
type Teller = (raw: RawPermission, call: AskingCall | undefined, directory: string) => Act | undefined;

/** What each kind of request is about. Undefined: its metadata does not tell the whole of it. */
const tellers: Readonly<Record<string, Teller>> = {
  bash: ({ metadata }, call, directory) => ofCommand(text(metadata, 'command'), call, directory),
  edit({ metadata }, _, directory) {
    const path = text(metadata, 'filepath');
    const diff = text(metadata, 'diff');
    if (path === '' || diff.trim() === '') return undefined;
    return { subject: relative(path, directory), diff: relativeDiff(diff, directory) };
  },
  webfetch({ metadata }) {
    const url = text(metadata, 'url');
    return url === '' ? undefined : { subject: url };
  },
  external_directory(raw, call, directory) {
    const { metadata, patterns } = raw;
    const told = [...texts(metadata, 'directories'), text(metadata, 'parentDir')].filter((one) => one !== '');
    const reaches = told.length === 0 ? patterns : [...new Set(told)];
    const command = ofCommand(text(metadata, 'command'), call, directory);
    if (command !== undefined) return { ...command, reaches };
    const path = text(metadata, 'filepath');
    return path === ''
      ? undefined
      : { subject: path, reaches, ...(call === undefined ? {} : { tool: call.tool }) };
  },
  doom_loop({ metadata }) {
    const { tool, input } = metadata;
    if (typeof tool !== 'string' || !isFields(input)) return undefined;
    return { subject: '', tool, input: whole(input) };
  },
};

/** `call`: the call that asks; undefined: the server has not told it. Nothing of the act is cut here. */
export function actOf(raw: RawPermission, call: AskingCall | undefined, directory: string): Act {
  const told = Object.hasOwn(tellers, raw.permission)
    ? tellers[raw.permission]?.(raw, call, directory)
    : undefined;
  if (told !== undefined) return told;
  if (call !== undefined) return { subject: '', tool: call.tool, input: whole(call.input) };
  return { subject: raw.patterns.filter((pattern) => pattern !== '*').join('\n'), unknown: true };
}

/** The command is never shortened, the directory is told where it is another one. */
function ofCommand(command: string, call: AskingCall | undefined, directory: string): Act | undefined {
  if (command === '') return undefined;
  const workdir = workdirOf(call?.input ?? {}, directory);
  return { subject: command, ...(workdir === undefined ? {} : { workdir }) };
}

/** All of an input, as JSON. */
function whole(input: ToolFields): string {
  return JSON.stringify(input, undefined, 2);
}

function isFields(value: unknown): value is ToolFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(fields: ToolFields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

function texts(fields: ToolFields, name: string): readonly string[] {
  const value = fields[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
