#!/usr/bin/env bash
# Software:   opencode-ai 1.18.33 (run from node 24.21.0)
# Behaviour:  with "doom_loop": "ask", three equal tool calls ask only where one message of the model holds them
#             all. The ordinary loop, one call in each step, repeats the same call unasked.
# Good guess: the third equal call in a row asks, wherever it stands: a model that is stuck repeats itself from
#             step to step, and the documentation speaks of a call that repeats, not of messages.
# Date:       2026-11-29
# Output seen:
#   versions: opencode-ai 1.18.33, node v24.21.0
#   expected: the third equal call in a row asks, in whichever message it is
#   observed:
#     4 equal calls in 1 message(s): 4 ran, asked: doom_loop, doom_loop
#     1 + 1 + 1 + 1 equal calls in 4 message(s): 4 ran, asked: nothing
#     2 + 2 equal calls in 2 message(s): 4 ran, asked: nothing
#   why: only the parts of the current message are compared, and each step of the loop is a message of its own
#   holds
# Exit code:  0 as described, 1 changed, other: could not be measured. Needs npm and a Node of 22 or later.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true }' > package.json
npm install --no-audit --no-fund --no-update-notifier --loglevel=error --save-exact opencode-ai@1.18.33 node@24.21.0 > npm.txt 2>&1 || { cat npm.txt >&2; exit 2; }

echo "versions: opencode-ai $(node_modules/.bin/opencode --version), node $(node_modules/.bin/node --version)"
cat > finding.mjs <<'END'
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const base = process.cwd();
const project = join(base, 'project');
const configuration = join(base, 'config', 'opencode');
mkdirSync(project);
// A lockfile that names the plugin package keeps OpenCode from downloading it; an empty list of models, likewise.
mkdirSync(join(configuration, 'node_modules'), { recursive: true });
const lock = { lockfileVersion: 3, packages: { '': { dependencies: { '@opencode-ai/plugin': '*' } } } };
writeFileSync(join(configuration, 'package-lock.json'), JSON.stringify(lock));
writeFileSync(join(base, 'models.json'), '{}');
process.on('uncaughtException', (error) => { console.error(error); process.exit(2); });
setTimeout(() => { console.error('no result within three minutes'); process.exit(2); }, 180_000).unref();

/** An OpenAI-compatible provider on loopback. Each request with tools takes the next step: a list of tool calls. */
async function scriptedModel(steps, requests = []) {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const chat = JSON.parse(body);
    const calls = (chat.tools?.length && (requests.push(chat), steps.shift())) || [];
    const choose = (delta, finish_reason = null) => {
      const choices = [{ index: 0, delta, finish_reason }];
      response.write(`data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 0, model: 'm', choices })}\n\n`);
    };
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    choose({ role: 'assistant', content: calls.length ? '' : 'Done.' });
    calls.forEach(([name, input], index) => {
      choose({ tool_calls: [{ index, id: `call_${randomUUID()}`, type: 'function', function: { name, arguments: JSON.stringify(input) } }] });
    });
    choose({}, calls.length ? 'tool_calls' : 'stop');
    response.end('data: [DONE]\n\n');
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${server.address().port}/v1`, requests };
}

/** A server of its own: nothing of the person's configuration is read, nothing outside of this folder is written. */
async function startOpenCode(modelUrl, own = {}, environment = {}) {
  const password = randomUUID();
  const models = { m: { tool_call: true, limit: { context: 100_000, output: 1000 } } };
  const scripted = { npm: '@ai-sdk/openai-compatible', options: { baseURL: modelUrl, apiKey: 'none' }, models };
  const content = { model: 'scripted/m', small_model: 'scripted/m', enabled_providers: ['scripted'], provider: { scripted }, ...own };
  const child = spawn(join(base, 'node_modules', '.bin', 'opencode'), ['serve', '--hostname=127.0.0.1', '--port=0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH, HOME: base, XDG_CONFIG_HOME: join(base, 'config'), XDG_DATA_HOME: join(base, 'data'),
      XDG_STATE_HOME: join(base, 'state'), XDG_CACHE_HOME: join(base, 'cache'),
      OPENCODE_CONFIG_CONTENT: JSON.stringify(content), OPENCODE_SERVER_PASSWORD: password,
      OPENCODE_MODELS_PATH: join(base, 'models.json'), OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_LSP_DOWNLOAD: '1', OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
      ...environment,
    },
  });
  process.once('exit', () => child.kill());
  const url = await new Promise((done, fail) => {
    let printed = '';
    child.stdout.on('data', (data) => {
      printed += data;
      const [, address] = /listening on (http:\S+)/.exec(printed) ?? [];
      if (address) done(address);
    });
    child.once('exit', (code) => fail(new Error(`opencode ended with code ${code}`)));
  });
  const authorization = `Basic ${Buffer.from(`opencode:${password}`).toString('base64')}`;
  const call = async (path, body) => {
    const response = await fetch(`${url}${path}?directory=${encodeURIComponent(project)}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    return response;
  };
  const prompt = async () => {
    const { id } = await (await call('/session', {})).json();
    await (await call(`/session/${id}/message`, { parts: [{ type: 'text', text: 'Please begin.' }] })).json();
    return (await call(`/session/${id}/message`)).json();
  };
  const stop = () => new Promise((done) => { child.removeAllListeners('exit').once('exit', done).kill(); });
  return { call, prompt, stop };
}

/** Hands over each event of the server's stream; resolves once the stream is open. */
async function follow(server, onEvent) {
  const { body } = await server.call('/event');
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const read = async () => {
    const { value, done } = await reader.read();
    if (done) return false;
    text += value;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      onEvent(JSON.parse(text.slice('data: '.length, end)));
      text = text.slice(end + 2);
    }
    return true;
  };
  await read();
  (async () => { while (await read()); })().catch(() => {}); // It ends with the server.
}

/** The verdict, and with it the exit code. */
function conclude(holds) {
  console.log(holds ? 'holds' : 'CHANGED: not as described');
  process.exit(holds ? 0 : 1);
}

writeFileSync(join(project, 'notes.txt'), 'Nothing special.\n');
const read = ['read', { filePath: join(project, 'notes.txt') }];

const steps = [];
const asked = [];
const { url } = await scriptedModel(steps);
const server = await startOpenCode(url, { permission: { '*': 'allow', doom_loop: 'ask' } });
await follow(server, ({ type, properties }) => {
  if (type !== 'permission.asked') return;
  asked.push(properties.permission);
  server.call(`/permission/${properties.id}/reply`, { reply: 'once' });
});

/** @param plan how many equal calls each message of the model holds. */
async function measure(plan) {
  steps.splice(0, steps.length, ...plan.map((count) => Array(count).fill(read)));
  asked.length = 0;
  const messages = await server.prompt();
  const ran = messages.flatMap(({ parts }) => parts).filter(({ state }) => state?.status === 'completed').length;
  console.log(`  ${plan.join(' + ')} equal calls in ${plan.length} message(s): ${ran} ran, asked: ${asked.join(', ') || 'nothing'}`);
  return { ran, asked: asked.filter((permission) => permission === 'doom_loop').length };
}

console.log('expected: the third equal call in a row asks, in whichever message it is');
console.log('observed:');
const together = await measure([4]);
const apart = await measure([1, 1, 1, 1]);
const pairs = await measure([2, 2]);
await server.stop();
console.log('why: only the parts of the current message are compared, and each step of the loop is a message of its own');
const all = [together, apart, pairs].every(({ ran }) => ran === 4);
conclude(all && together.asked > 0 && apart.asked === 0 && pairs.asked === 0);
END
node_modules/.bin/node finding.mjs
