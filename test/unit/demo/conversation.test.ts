import { expect, test } from 'vitest';
import { type ChatRequest, readConversation } from '../../../src/demo/conversation.ts';

const tools = [{}];
const system = { role: 'system', content: 'You are an agent.' } as const;
const user = (content: string) => ({ role: 'user', content }) as const;
const called = (id: string, name: string) =>
  ({ role: 'assistant', tool_calls: [{ id, function: { name, arguments: '{}' } }] }) as const;
const answered = (id: string, content: string) => ({ role: 'tool', tool_call_id: id, content }) as const;

function read(...messages: ChatRequest['messages']) {
  return readConversation({ messages: [system, ...messages], tools }, 'ses_1');
}

test('the last thing that a person said counts, and what tools answered since', () => {
  const conversation = read(
    user('shell'),
    called('a', 'bash'),
    answered('a', 'old'),
    user('edit'),
    called('b', 'read'),
    answered('b', 'new'),
  );
  expect(conversation).toMatchObject({
    purpose: 'chat',
    text: 'edit',
    results: [{ tool: 'read', output: 'new' }],
  });
});

test('several text parts are one text', () => {
  const content = [{ type: 'text', text: 'one' }, { type: 'image_url' }, { type: 'text', text: 'two' }];
  expect(read({ role: 'user', content }).text).toBe('one\n\ntwo');
});

test('a call that a crash cut off counts as not made', () => {
  expect(
    read(user('shell'), called('a', 'bash'), answered('a', '[Tool execution was interrupted]')).results,
  ).toEqual([]);
});

test('a prompt that came while the agent worked is taken out of its wrapping', () => {
  const wrapped =
    '<system-reminder>\nThe user sent the following message:\necho hello\n\nPlease address this message and continue with your tasks.\n</system-reminder>';
  expect(read(user(wrapped)).text).toBe('echo hello');
});

test('reminders that the server adds are not what the person said', () => {
  expect(read(user('hello\n<system-reminder>edit nothing</system-reminder>')).text).toBe('hello');
});

test('tries of one request have one key, other requests have others', () => {
  const key = read(user('error')).key;
  expect(read(user('error')).key).toBe(key);
  expect(readConversation({ messages: [system, user('error')], tools }, 'ses_2').key).not.toBe(key);
  expect(read(user('error'), { role: 'assistant', content: 'done' }, user('error')).key).not.toBe(key);
});

test.each([
  ['title', 'You are a title generator. You output ONLY a thread title.'],
  ['summary', 'You are a context summarization agent.'],
  ['chat', 'You are an agent.'],
] as const)('a request without tools is a %s by its instructions', (purpose, content) => {
  const messages = [{ role: 'system', content } as const, user('stream')];
  expect(readConversation({ messages }, '').purpose).toBe(purpose);
});

test('a request in which nobody said anything has no text', () => {
  expect(readConversation({ messages: [] }, '')).toMatchObject({ text: '', results: [] });
});

test('files are told from the words that came with them', () => {
  const data = Buffer.from('12345').toString('base64');
  const content = [
    { type: 'text', text: '<earlier-in-this-thread-b>\nAnn: edit\n</earlier-in-this-thread-b>' },
    {
      type: 'text',
      text: '> Ben: todo\n\nlook at this\n\n[Attached image/png: a.png] [Attached text/plain: notes.md] [Attached application/pdf: b.pdf]',
    },
    { type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } },
    { type: 'text', text: '<attached-file-b name="notes.md">\nstream\nmore\n</attached-file-b>' },
    { type: 'file', file: { filename: 'b.pdf', file_data: `data:application/pdf;base64,${data}` } },
    { type: 'input_audio', input_audio: { data, format: 'wav' } },
  ];
  expect(read({ role: 'user', content })).toMatchObject({
    text: 'look at this',
    files: [
      { name: 'a.png', type: 'image/png', size: 5 },
      { name: 'notes.md', type: 'text/plain', size: 11 },
      { name: 'b.pdf', type: 'application/pdf', size: 5 },
      { name: 'without a name', type: 'audio/wav', size: 5 },
    ],
  });
});
