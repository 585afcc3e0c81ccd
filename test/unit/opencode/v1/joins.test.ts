/** A permission and the call that asks for it, in whatever order the server tells them. */
import type { PermissionRequest as RawPermission, ToolPart as RawTool } from '@opencode-ai/sdk/v2';
import { expect, test } from 'vitest';
import type { AgentRequest } from '../../../../src/core/agent.ts';
import { serverSessionId } from '../../../../src/core/ids.ts';
import type { Payload } from '../../../../src/opencode/v1/events.ts';
import { isBlind } from '../../../../src/opencode/v1/joins.ts';
import { createReplay } from './replay.ts';

const base = { sessionID: 'ses_1', messageID: 'msg_1' };
const root = serverSessionId('ses_1');
const input = { project: 'production', force: true };

function call(status: string, id = 'call_1', more: object = {}): Payload {
  const state = { status, input: status === 'pending' ? {} : input, time: { start: 1 }, ...more };
  const part = { ...base, id: `prt_${id}`, type: 'tool', tool: 'tracker_do', callID: id, state };
  return { type: 'message.part.updated', properties: { sessionID: 'ses_1', part, time: 0 } } as Payload;
}

function asks(more: Partial<RawPermission> = {}): Payload {
  const tool = { messageID: 'msg_1', callID: 'call_1' };
  const blank = { id: 'per_1', sessionID: 'ses_1', permission: 'tracker_do', patterns: ['*'], metadata: {} };
  return { type: 'permission.asked', properties: { ...blank, always: ['*'], tool, ...more } } as Payload;
}

function hearing() {
  const replay = createReplay();
  replay.memory.roots.set(root, root);
  const requests = (): readonly AgentRequest[] =>
    replay.events.flatMap((event) => (event.type === 'request-asked' ? [event.request] : []));
  return {
    ...replay,
    requests,
    hear: (...payloads: readonly Payload[]) => {
      for (const payload of payloads) replay.feed.receive('/p', payload);
    },
  };
}

test('a request waits for its call, and is asked with its input', () => {
  const { hear, requests, blind, memory } = hearing();
  hear(call('pending'), asks());
  expect(requests()).toEqual([]);
  expect(blind).toEqual(['ses_1']);
  expect(isBlind(memory, root)).toBe(true);
  hear(call('running'));
  expect(requests()).toMatchObject([{ id: 'per_1', input: JSON.stringify(input, undefined, 2) }]);
  expect(isBlind(memory, root)).toBe(false);
});

test('a request that comes after its call is asked at once', () => {
  const { hear, requests, blind } = hearing();
  hear(call('pending'), call('running'), asks());
  expect(requests()).toHaveLength(1);
  expect(blind).toEqual([]);
});

test('a call that takes the id of an earlier one is waited for', () => {
  const { hear, requests } = hearing();
  hear(call('pending'), call('running'), call('completed', 'call_1', { output: '' }));
  hear(call('pending'), asks());
  expect(requests()).toEqual([]);
  hear(call('running'));
  expect(requests()).toHaveLength(1);
});

test('a request that another client answered is not asked any more', () => {
  const { hear, requests, memory } = hearing();
  hear(call('pending'), asks());
  const replied = { sessionID: 'ses_1', requestID: 'per_1', reply: 'once' };
  hear({ type: 'permission.replied', properties: replied } as Payload, call('running'));
  expect(requests()).toEqual([]);
  expect(isBlind(memory, root)).toBe(false);
});

test('without a call only what the server is known to tell whole is an act', () => {
  const { hear, requests } = hearing();
  const { properties } = asks() as { properties: RawPermission };
  const { tool: _, ...alone } = properties;
  const told = (permission: string, metadata: RawPermission['metadata'], patterns = ['*']) =>
    ({ type: 'permission.asked', properties: { ...alone, permission, metadata, patterns } }) as Payload;
  hear(
    told('tracker_do', {}),
    told('tracker_do', { args_preview: "a='1', ..." }, ["tracker_do: a='1', ..."]),
    told('bash', {}, ['rm *']),
    told('edit', { filepath: '/p/a.ts' }),
    told('bash', { command: 'ls' }),
    told('webfetch', { url: 'https://example.org/p/x' }),
  );
  expect(requests().map((one) => one.kind === 'permission' && [one.subject, one.unknown === true])).toEqual([
    ['', true],
    ["tracker_do: a='1', ...", true],
    ['rm *', true],
    ['', true],
    ['ls', false],
    ['https://example.org/p/x', false],
  ]);
});

test('what a call is given is not kept once it is over', () => {
  const { hear, memory } = hearing();
  hear(
    call('pending'),
    call('running'),
    call('completed', 'call_1', { output: '' } satisfies Partial<RawTool['state']>),
  );
  expect([...memory.calls]).toEqual([]);
});
