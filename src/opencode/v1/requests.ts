/** What the agent asks, as the gateway knows it: permissions and questions. */
import type { PermissionRequest as RawPermission, QuestionRequest as RawQuestion } from '@opencode-ai/sdk/v2';
import type { PermissionRequest, QuestionRequest } from '../../core/agent.ts';
import { type ServerSessionId, serverRequestId, serverSessionId } from '../../core/ids.ts';
import { type AskingCall, actOf } from './acts.ts';

/** `call`: the call that asks; undefined: the server has not told it. */
export function permissionOf(
  raw: RawPermission,
  call: AskingCall | undefined,
  root: ServerSessionId,
  directory: string,
): PermissionRequest {
  return {
    kind: 'permission',
    id: serverRequestId(raw.id),
    session: root,
    from: serverSessionId(raw.sessionID),
    ...(raw.tool === undefined ? {} : { callId: raw.tool.callID }),
    permission: raw.permission,
    patterns: raw.patterns,
    ...actOf(raw, call, directory),
  };
}

export function questionOf(raw: RawQuestion, root: ServerSessionId): QuestionRequest {
  return {
    kind: 'question',
    id: serverRequestId(raw.id),
    session: root,
    from: serverSessionId(raw.sessionID),
    ...(raw.tool === undefined ? {} : { callId: raw.tool.callID }),
    questions: raw.questions.map((entry) => ({
      header: entry.header,
      question: entry.question,
      options: entry.options.map(({ label, description }) => ({ label, description })),
      multiple: entry.multiple === true,
      // The server takes own text unless the agent says otherwise.
      custom: entry.custom !== false,
    })),
  };
}
