import { actionText } from '../../../src/core/action.ts';
import type {
  AgentMessage,
  Part,
  PermissionRequest,
  QuestionRequest,
  ToolPart,
} from '../../../src/core/agent.ts';
import type { Button, Capabilities, Outbound } from '../../../src/core/channel.ts';
import {
  promptId,
  requestId,
  serverMessageId,
  serverRequestId,
  serverSessionId,
} from '../../../src/core/ids.ts';
import { isFile } from '../../../src/core/outbound.ts';
import { emptyTurn, type Turn } from '../../../src/core/turn.ts';
import type { RenderPlan, RequestView, TurnView } from '../../../src/render/plan.ts';

/** A platform with everything but room. */
export const roomy: Capabilities = {
  maxLength: 4_000,
  measure: (markdown) => markdown.length,
  edits: 'any',
  editsNotify: true,
  buttons: { perMessage: 5, labelLength: 24 },
  forms: 'inline',
  rates: [],
  replies: true,
  uploads: 'none',
  recognisesRepeatedPost: true,
};

export const small: Capabilities = { ...roomy, maxLength: 160 };

/** 10:00:00 in the clock of the tests. */
export const start = 36_000_000;

export function text(id: string, words: string, done = true): Part {
  return { type: 'text', id, text: words, done, gap: false };
}

export function tool(id: string, name: string, subject: string, more: Partial<ToolPart> = {}): ToolPart {
  return {
    type: 'tool',
    id,
    callId: `call-${id}`,
    tool: name,
    status: 'completed',
    subject,
    output: '',
    error: '',
    ...more,
  };
}

export const root = serverSessionId('root');
export const m1 = serverMessageId('m1');

export function message(id: string, more: Partial<AgentMessage> = {}): AgentMessage {
  return {
    id: serverMessageId(id),
    session: root,
    parent: serverMessageId('prompt'),
    model: 'anthropic/claude-sonnet',
    agent: 'build',
    startedAt: start,
    tokens: 14_200,
    cost: 0.06,
    ...more,
  };
}

export function turnOf(parts: readonly Part[], more: Partial<Turn> = {}): Turn {
  return {
    ...emptyTurn,
    state: 'running',
    messages: [message('m1')],
    items: parts.map((part) => ({ message: m1, part })),
    ...more,
  };
}

export function viewOf(turn: Turn, more: Partial<TurnView> = {}): TurnView {
  return {
    id: promptId(7),
    turn,
    standing: { type: 'running' },
    author: { id: 'web:ann', name: 'Ann' },
    message: 'ann-1',
    project: 'api',
    verbosity: 'normal',
    attempt: 0,
    baseSegment: 0,
    requests: [],
    startedAt: start,
    settledAt: undefined,
    resumedAt: undefined,
    awaySince: undefined,
    changes: undefined,
    now: start + 38_000,
    stands: () => false,
    token: actionText,
    clock: (at) => new Date(at).toISOString().slice(11, 16),
    ...more,
  };
}

export function answered(turn: Turn, more: Partial<TurnView> = {}): TurnView {
  return viewOf(
    { ...turn, state: 'settled' },
    {
      standing: { type: 'answered' },
      settledAt: start + 72_000,
      ...more,
    },
  );
}

export const push: PermissionRequest = {
  kind: 'permission',
  id: serverRequestId('per_1'),
  session: root,
  from: root,
  permission: 'bash',
  patterns: ['git push *'],
  subject: 'git push origin fix-date',
};

export const colour: QuestionRequest = {
  kind: 'question',
  id: serverRequestId('que_1'),
  session: root,
  from: root,
  questions: [
    {
      header: 'Colour',
      question: 'Which colour should the button have?',
      options: [
        { label: 'Blue', description: 'as the sky' },
        { label: 'Red', description: '' },
      ],
      multiple: false,
      custom: true,
    },
  ],
};

export function asked(more: Partial<RequestView> = {}): RequestView {
  return {
    id: requestId(3),
    request: push,
    position: 0,
    attempt: 0,
    state: 'open',
    decision: undefined,
    decidedBy: undefined,
    decidedAt: undefined,
    expiresAt: start + 30 * 60_000,
    askedAt: start,
    words: undefined,
    ...more,
  };
}

/** The thread as a person reads it: messages below each other, small print and buttons below each. */
export function screen({ slots }: Pick<RenderPlan, 'slots'>): string {
  return slots.map(({ key, content }) => shown(key, content)).join('\n');
}

function shown(key: string, content: Outbound): string {
  if (isFile(content)) return `── ${key}\n${content.markdown}\n⎙ ${content.name}`;
  const { markdown, footnote, buttons, form } = content;
  const controls = buttons.map(({ label }: Button) => `[${label}]`).join(' ');
  const fields = form?.fields.map(
    ({ label, options }) => `(${label}: ${options.map((option) => option.label).join(' | ')})`,
  );
  return [`── ${key}`, markdown.replaceAll('  \n', '\n'), footnote, fields?.join(' '), controls]
    .filter((line) => line !== undefined && line !== '')
    .join('\n');
}
