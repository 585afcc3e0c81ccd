/** What the agent asks, as the gateway knows it: permissions and questions. */
import type { PermissionRequest as RawPermission, QuestionRequest as RawQuestion } from '@opencode-ai/sdk/v2';
import type { PermissionRequest, QuestionRequest } from '../../core/agent.ts';
import { type ServerSessionId, serverRequestId, serverSessionId } from '../../core/ids.ts';
import { diffOf, relative } from '../diffs.ts';

function firstText(fields: Readonly<Record<string, unknown>>, names: readonly string[]): string {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return '';
}

/** A person decides on the whole command, so it is never cut here. */
export function permissionOf(
  raw: RawPermission,
  root: ServerSessionId,
  directory: string,
): PermissionRequest {
  const subject = firstText(raw.metadata, [
    'command',
    'url',
    'filepath',
    'path',
    'pattern',
    'query',
    'description',
  ]);
  const diff = firstText(raw.metadata, ['diff']);
  return {
    kind: 'permission',
    id: serverRequestId(raw.id),
    session: root,
    from: serverSessionId(raw.sessionID),
    ...(raw.tool === undefined ? {} : { callId: raw.tool.callID }),
    permission: raw.permission,
    patterns: raw.patterns,
    subject: subject === '' ? raw.patterns.join('\n') : relative(subject, directory),
    ...(diff === '' ? {} : { diff: diffOf(diff, directory) }),
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
