#!/usr/bin/env bash
# Software:   opencode-ai 1.18.33 (run from node 24.21.0), with an MCP server on stdio
# Behaviour:  permission.asked for an MCP tool carries no arguments (metadata {}, patterns ["*"]), and it comes on
#             /event before the tool part has its input: the part sent before is pending with {}. The arguments
#             follow in a later event, while the question is open already.
# Good guess: as with the built-in tools, the request describes the call; or the part that the stream sent before
#             the question has the input, so that a client can show it at once.
#             The order of the two events is no promise: one run of five with it is enough here.
# Date:       2026-11-29
# Output seen:
#   versions: opencode-ai 1.18.33, node v24.21.0
#   expected: when permission.asked arrives, the request or the tool part sent before it tells the arguments
#   observed:
#     MCP tool: pending{} > asked > running{"word":"heron"} > allowed
#     MCP tool, its request: {"patterns":["*"],"metadata":{}}
#     MCP tool: arguments came after the question in 5 of 5 runs
#     built-in bash, its request: {"patterns":["echo heron"],"metadata":{"command":"echo heron"}}
#   why: a built-in tool describes its call in the request, an MCP call is described nowhere until its part is sent as running
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

const tool = {
  name: 'echo',
  description: 'Says a word again',
  inputSchema: { type: 'object', properties: { word: { type: 'string' } }, required: ['word'] },
};
writeFileSync(join(base, 'mcp.mjs'), `
  import { createInterface } from 'node:readline';
  const answers = {
    initialize: ({ protocolVersion }) => ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'probe', version: '1' } }),
    'tools/list': () => ({ tools: [${JSON.stringify(tool)}] }),
    'tools/call': ({ arguments: { word } }) => ({ content: [{ type: 'text', text: word }] }),
  };
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, method, params } = JSON.parse(line);
    if (id === undefined) continue;
    const result = answers[method]?.(params) ?? {};
    process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n');
  }
`);

const steps = [];
let trace = [];
const { url } = await scriptedModel(steps);
const probe = { type: 'local', command: [process.execPath, join(base, 'mcp.mjs')] };
const server = await startOpenCode(url, { permission: { '*': 'ask' }, mcp: { probe } });
await follow(server, ({ type, properties }) => {
  const { part, id, patterns, metadata } = properties;
  if (type === 'message.part.updated' && part.type === 'tool') trace.push({ status: part.state.status, input: part.state.input });
  if (type !== 'permission.asked') return;
  trace.push({ status: 'asked', patterns, metadata });
  // A person needs a moment; whatever the server has to say while the question is open, it can say now.
  setTimeout(() => {
    trace.push({ status: 'allowed' });
    server.call(`/permission/${id}/reply`, { reply: 'once' });
  }, 1000);
});

const empty = (value) => Object.keys(value ?? {}).length === 0;

/** What somebody who follows the stream knows of one call's arguments at the time of the question. */
async function measure(call) {
  steps.push([call]);
  trace = [];
  await server.prompt();
  const at = trace.findIndex(({ status }) => status === 'asked');
  const allowed = trace.findIndex(({ status }) => status === 'allowed');
  const before = trace.slice(0, at);
  const { patterns, metadata } = trace[at];
  return {
    order: trace.slice(0, allowed + 1).map(({ status, input }) => (input ? `${status}${JSON.stringify(input)}` : status)).join(' > '),
    request: JSON.stringify({ patterns, metadata }),
    said: !empty(metadata),
    known: before.some(({ input }) => !empty(input)),
    later: trace.slice(at, allowed).some(({ input }) => !empty(input)),
  };
}

const runs = [];
for (const word of ['heron', 'plover', 'curlew', 'dunlin', 'teal']) runs.push(await measure(['probe_echo', { word }]));
const builtIn = await measure(['bash', { command: 'echo heron', description: 'Says a word' }]);
await server.stop();
const late = runs.filter(({ known, later }) => !known && later).length;
console.log('expected: when permission.asked arrives, the request or the tool part sent before it tells the arguments');
console.log('observed:');
console.log(`  MCP tool: ${runs[0].order}`);
console.log(`  MCP tool, its request: ${runs[0].request}`);
console.log(`  MCP tool: arguments came after the question in ${late} of ${runs.length} runs`);
console.log(`  built-in bash, its request: ${builtIn.request}`);
console.log('why: a built-in tool describes its call in the request, an MCP call is described nowhere until its part is sent as running');
conclude(runs.every(({ said }) => !said) && late > 0 && builtIn.said);
END
node_modules/.bin/node finding.mjs
