import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoEnvironment, demoPlaces } from '../../src/demo/environment.ts';
import { writeServerHome } from '../../src/demo/home.ts';
import { createScriptedModel, type ScriptedModel } from '../../src/demo/model.ts';
import { serverEnvironment } from '../../src/opencode/v1/permission.ts';
import { type OpenCode, startOpenCode } from '../contract/demo/opencode.ts';
import { type Gateway, settled, startGateway } from '../harness.ts';
import { pagePlace } from './place.ts';
import { startWire, type Wire } from './wire.ts';
import { agentScreen, firstText } from './world.ts';

interface State {
  base?: string;
  model?: ScriptedModel;
  server?: OpenCode;
  wire?: Wire;
  gateway?: Gateway;
  /** The thread of an undisturbed run. */
  expected?: string;
}

const state: State = {};

beforeAll(async () => {
  const base = await mkdtemp(join(tmpdir(), 'dragoman-stream-'));
  state.base = base;
  await writeServerHome(demoPlaces(base));
  state.model = await createScriptedModel({ pace: 8 });
  const env = serverEnvironment({
    env: demoEnvironment(base, state.model.url, process.env),
    models: [],
    trustsProjects: false,
  });
  state.server = await startOpenCode(base, env);
  state.wire = await startWire(state.server.url);
  state.gateway = await startGateway({ env: { OPENCODE_URL: state.wire.url } });
  const thread = await begin('long: undisturbed');
  state.expected = agentScreen(await settled(state.gateway.page(), thread));
});
afterAll(async () => {
  await state.gateway?.end();
  await state.wire?.stop();
  await state.server?.kill();
  await state.model?.close();
  if (state.base !== undefined) await rm(state.base, { recursive: true, force: true, maxRetries: 5 });
});

async function begin(text: string): Promise<string> {
  if (state.gateway === undefined) throw new Error('the gateway did not start');
  const page = state.gateway.page();
  const thread = await page.begin();
  await page.send(thread, text);
  await firstText(pagePlace(state.gateway), thread);
  return thread;
}

test.each([
  'cut',
  'freeze',
] as const)('the event stream is hit in mid-answer (%s): the answer is whole', async (how) => {
  const { gateway, wire, model, expected } = state;
  if (gateway === undefined || wire === undefined) throw new Error('the gateway did not start');
  // A retry of this test is another prompt.
  const text = `long: while the stream meets a ${how}, ${randomUUID()}`;
  const thread = await begin(text);
  wire[how]();
  // A half-open stream is noticed by its silence, after 30 s.
  const messages = await settled(gateway.page(), thread, 90_000);
  expect(agentScreen(messages)).toBe(expected);
  expect(model?.runs(text)).toBe(1);
});
