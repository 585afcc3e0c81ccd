import type { FilePart, GlobalEvent } from '@opencode-ai/sdk/v2';
import { describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../../../src/core/agent.ts';
import { serverSessionId } from '../../../../src/core/ids.ts';
import { normalize, type Payload } from '../../../../src/opencode/v1/events.ts';
import { eventFrames } from '../../../../src/opencode/v1/frames.ts';
import { createStreamMemory } from '../../../../src/opencode/v1/stream-memory.ts';

const base = { sessionID: 'ses_1', messageID: 'msg_1' };
const picture: FilePart = {
  ...base,
  id: 'prt_1',
  type: 'file',
  mime: 'image/png',
  filename: 'a.png',
  url: `data:image/png;base64,${'A'.repeat(1_000)}`,
};

const updated = (part: FilePart | Record<string, unknown>) =>
  ({ type: 'message.part.updated', properties: { sessionID: 'ses_1', part, time: 0 } }) as Payload;

describe('an attachment on the stream', () => {
  it('is not kept', () => {
    const event = { directory: '/p', payload: updated(picture) } as GlobalEvent;
    const heard = eventFrames.parse(JSON.stringify(event));
    expect(JSON.stringify(heard)).toContain('a.png');
    expect(JSON.stringify(heard)).not.toContain('AAAA');
  });

  /** What is heard of a prompt with these parts. */
  function seen(...parts: readonly Record<string, unknown>[]): readonly AgentEvent[] {
    const memory = createStreamMemory();
    const events: AgentEvent[] = [];
    const hear = (payload: Payload) =>
      normalize(memory, serverSessionId('ses_1'), '/p', payload, (event) => events.push(event));
    const info = { id: 'msg_1', sessionID: 'ses_1', role: 'user', time: { created: 0 } };
    hear({ type: 'message.updated', properties: { sessionID: 'ses_1', info } } as Payload);
    for (const part of parts) hear(updated({ ...base, ...part }));
    const answer = { ...info, id: 'msg_2', role: 'assistant', parentID: 'msg_1', tokens: { cache: {} } };
    hear({ type: 'message.updated', properties: { sessionID: 'ses_1', info: answer } } as unknown as Payload);
    return events.filter(({ type }) => type === 'run-seen');
  }

  it('is part of what somebody said elsewhere, by its name; one that the text names is not', () => {
    const text = { id: 'prt_0', type: 'text', text: 'see @a.ts' };
    const named = { ...picture, id: 'prt_2', filename: 'a.ts', source: { type: 'file', path: 'a.ts' } };
    const told = (text: string, byProgram = false) => [
      { type: 'run-seen', session: 'ses_1', message: 'msg_1', text, byProgram },
    ];
    expect(seen({ ...picture })).toEqual(told('[Attached image/png: a.png]'));
    expect(seen(text, { ...picture }, named)).toEqual(told('see @a.ts\n[Attached image/png: a.png]'));
    const hidden = { id: 'prt_3', type: 'text', text: 'hidden', synthetic: true };
    expect(seen(text, hidden)).toEqual(told('see @a.ts'));
    expect(seen(hidden)).toEqual(told('hidden', true));
    expect(seen({ ...text, ignored: true })).toEqual(told('see @a.ts', true));
  });
});
