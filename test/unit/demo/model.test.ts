import { afterEach, expect, test } from 'vitest';
import {
  createScriptedModel,
  type ScriptedModel,
  type ScriptedModelOptions,
} from '../../../src/demo/model.ts';

const models: ScriptedModel[] = [];

afterEach(async () => {
  await Promise.all(models.splice(0).map((model) => model.close()));
});

async function start(options: ScriptedModelOptions = {}): Promise<ScriptedModel> {
  const model = await createScriptedModel({ pace: 0, retryAfterMs: 70, ...options });
  models.push(model);
  return model;
}

function post(model: ScriptedModel, body: string, session = 'ses_1'): Promise<Response> {
  return fetch(`${model.url}/chat/completions`, {
    method: 'POST',
    body,
    headers: { 'x-session-id': session },
  });
}

function prompt(text: string): string {
  return JSON.stringify({ messages: [{ role: 'user', content: text }], tools: [{}], stream: true });
}

/** The text that a client of the API puts together. */
async function text(response: Response): Promise<string> {
  const lines = (await response.text()).split('\n\n').filter((line) => line.startsWith('data: {'));
  const contents = lines.map((line) => JSON.parse(line.slice(6)).choices[0]?.delta.content ?? '');
  return contents.join('');
}

test('an answer is an event stream', async () => {
  const response = await post(await start(), prompt('echo hello there'));
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  expect(await text(response)).toBe('hello there');
});

test('a failing provider says when to come again and recovers at the third try, for each session', async () => {
  const model = await start();
  const status = async (session: string) => (await post(model, prompt('error'), session)).status;
  const first = await post(model, prompt('error'), 'ses_1');
  expect([first.status, first.headers.get('retry-after-ms')]).toEqual([503, '70']);
  expect(await status('ses_2')).toBe(503);
  expect(await status('ses_1')).toBe(503);
  expect(await status('ses_1')).toBe(200);
  expect(await status('ses_2')).toBe(503);
  expect(await status('ses_2')).toBe(200);
});

test('requests are counted and listed, runs by what was said', async () => {
  const model = await start();
  await text(await post(model, prompt('echo one')));
  await text(await post(model, prompt('echo two')));
  await text(await post(model, prompt('echo two')));
  await post(model, prompt('fail'));
  expect(model.requests()).toBe(4);
  expect(['echo one', 'echo two', 'echo three', 'fail'].map((said) => model.runs(said))).toEqual([
    1, 2, 0, 0,
  ]);
  expect(model.log().at(-1)).toEqual({ purpose: 'chat', text: 'fail', results: 0, failed: true });
});

test('what is not a chat completion is refused', async () => {
  const model = await start();
  const unknown = await fetch(`${model.url}/models`);
  const statuses = [
    unknown,
    await post(model, 'not JSON'),
    await post(model, '{}'),
    await post(model, 'null'),
  ];
  expect(statuses.map(({ status }) => status)).toEqual([404, 400, 400, 400]);
  expect(model.requests()).toBe(0);
});

test('the pace is kept by a clock, so that late chunks catch up', async () => {
  const reads: number[] = [];
  // Each reading is a second later than the one before: every chunk is overdue at once.
  const now = () => reads.push(0) * 1000;
  const model = await start({ pace: 900, now });
  expect(await text(await post(model, prompt('echo one two three four five')))).toBe(
    'one two three four five',
  );
});

test('closing ends the answers that still stream', async () => {
  const model = await createScriptedModel({ pace: 20 });
  const response = await post(model, prompt('slow'));
  await model.close();
  await expect(response.text()).rejects.toThrow();
});

test('a client that goes away takes its answer with it and leaves the others alone', async () => {
  const model = await start({ pace: 5 });
  const leaving = new AbortController();
  const body = prompt('slow');
  await fetch(`${model.url}/chat/completions`, { method: 'POST', body, signal: leaving.signal });
  leaving.abort();
  expect(await text(await post(model, prompt('echo still here')))).toBe('still here');
});
