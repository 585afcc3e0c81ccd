/** The server's messages as the gateway knows them. */
import type { AssistantMessage } from '@opencode-ai/sdk/v2';
import type { AgentMessage } from '../../core/agent.ts';
import { serverMessageId, serverSessionId } from '../../core/ids.ts';
import { failureOf } from './failures.ts';

/**
 * A message that ended without a reason and without an error was stopped while it waited for a next try
 * (measured; no other event says so).
 */
function endedSilently(raw: AssistantMessage): boolean {
  return raw.time.completed !== undefined && raw.finish === undefined && raw.error === undefined;
}

/** The server's assistant message as the gateway knows it. Called for each update: no copying beyond the result. */
export function agentMessageOf(raw: AssistantMessage): AgentMessage {
  const tokens = raw.tokens;
  const failure =
    raw.error !== undefined
      ? failureOf(raw.error, raw.providerID)
      : endedSilently(raw)
        ? ({ kind: 'aborted', message: 'Aborted' } as const)
        : undefined;
  return {
    id: serverMessageId(raw.id),
    session: serverSessionId(raw.sessionID),
    parent: serverMessageId(raw.parentID),
    model: `${raw.providerID}/${raw.modelID}`,
    agent: raw.agent,
    startedAt: raw.time.created,
    ...(raw.time.completed === undefined ? {} : { completedAt: raw.time.completed }),
    ...(raw.finish === undefined ? {} : { finish: raw.finish }),
    ...(failure === undefined ? {} : { failure }),
    tokens:
      tokens.total ??
      tokens.input + tokens.output + tokens.reasoning + tokens.cache.read + tokens.cache.write,
    cost: raw.cost,
  };
}
