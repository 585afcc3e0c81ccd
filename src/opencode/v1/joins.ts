/**
 * Brings a permission and the call that asks for it together. The server tells the request up to some milliseconds
 * before it tells the call's input (measured), and a person who decides has to see both.
 */
import type { PermissionRequest as RawPermission, ToolPart as RawTool } from '@opencode-ai/sdk/v2';
import {
  type ServerRequestId,
  type ServerSessionId,
  serverRequestId,
  serverSessionId,
} from '../../core/ids.ts';
import type { AskingCall } from './acts.ts';
import { permissionOf } from './requests.ts';
import type { Emit, StreamMemory } from './stream-memory.ts';

/** After so long, milliseconds, the server is asked for the call that the stream has not told. */
export const callMs = 1_000;

/** Some servers leave the message out of a request. */
function callKey(session: ServerSessionId, call: string): string {
  return `${session}/${call}`;
}

/** The call with its input; undefined: that is still being written. */
export function callOf({ tool, state }: RawTool): AskingCall | undefined {
  return state.status === 'pending' ? undefined : { tool, input: state.input };
}

/** True: it waits for its call, and somebody must look if that does not come. */
export function permissionAsked(
  memory: StreamMemory,
  root: ServerSessionId,
  directory: string,
  raw: RawPermission,
  emit: Emit,
): boolean {
  const key = raw.tool === undefined ? undefined : callKey(serverSessionId(raw.sessionID), raw.tool.callID);
  const call = key === undefined ? undefined : memory.calls.get(key);
  if (key !== undefined && call === undefined) {
    memory.blind.set(key, { root, directory, raw });
    return true;
  }
  emit({ type: 'request-asked', session: root, request: permissionOf(raw, call, root, directory) });
  return false;
}

/** A request that waited for this call is asked now. */
export function callUpdated(memory: StreamMemory, raw: RawTool, emit: Emit): void {
  const key = callKey(serverSessionId(raw.sessionID), raw.callID);
  if (raw.state.status === 'completed' || raw.state.status === 'error') {
    memory.calls.delete(key);
    memory.blind.delete(key);
    return;
  }
  const call = callOf(raw);
  if (call === undefined) {
    // Some models give one id to a call after another.
    memory.calls.delete(key);
    return;
  }
  memory.calls.set(key, call);
  const waiting = memory.blind.get(key);
  if (waiting === undefined) return;
  memory.blind.delete(key);
  permissionAsked(memory, waiting.root, waiting.directory, waiting.raw, emit);
}

/** A request that was answered waits for nothing. */
export function blindClosed(memory: StreamMemory, request: ServerRequestId): void {
  for (const [key, { raw }] of memory.blind)
    if (serverRequestId(raw.id) === request) memory.blind.delete(key);
}

/** Whether a request of this root has not been told, since its call is not known. */
export function isBlind(memory: StreamMemory, root: ServerSessionId): boolean {
  return [...memory.blind].some(([, waiting]) => waiting.root === root);
}

/** The call that asks, among these parts. */
export function callIn(
  tools: readonly RawTool[],
  { tool, sessionID }: Pick<RawPermission, 'tool' | 'sessionID'>,
): RawTool | undefined {
  if (tool === undefined) return undefined;
  return tools.find(
    (part) =>
      part.callID === tool.callID &&
      part.sessionID === sessionID &&
      (tool.messageID === '' || part.messageID === tool.messageID),
  );
}
