#!/usr/bin/env bash
# Software:   opencode-ai 1.18.33 (run from node 24.21.0)
# Behaviour:  OPENCODE_DISABLE_PROJECT_CONFIG=1 takes more than configuration away. The project's AGENTS.md is no
#             longer told to the model, nor is a rule file that a configuration from outside the project names by
#             a relative path. The same configuration's absolute paths still count.
# Good guess: the flag does what its name says: opencode.json and .opencode/ of the project are skipped, AGENTS.md
#             (text for the model, not configuration) stays, and so does all that the operator's own
#             configuration names.
# Date:       2026-11-29
# Output seen:
#   versions: opencode-ai 1.18.33, node v24.21.0
#   expected: with the flag only opencode.json and .opencode/ of the project are skipped
#   observed: read without the flag -> read with OPENCODE_DISABLE_PROJECT_CONFIG=1
#     project opencode.json: yes -> no
#     project AGENTS.md: yes -> no
#     rules.md, named relatively by a configuration outside the project: yes -> no
#     more.md, named absolutely by the same configuration: yes -> yes
#   why: the flag also ends the search for rule files in the project, and relative names are searched there too
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

/** The verdict, and with it the exit code. */
function conclude(holds) {
  console.log(holds ? 'holds' : 'CHANGED: not as described');
  process.exit(holds ? 0 : 1);
}

writeFileSync(join(project, 'AGENTS.md'), 'The bird of this project is the heron.\n');
writeFileSync(join(project, 'rules.md'), 'The tree of this project is the alder.\n');
writeFileSync(join(project, 'more.md'), 'The stone of this project is the slate.\n');
writeFileSync(join(project, 'opencode.json'), JSON.stringify({ username: 'from-the-project' }));

/** What of the project the server takes over, and which of the rules the model is told. */
async function measure(environment) {
  const { url, requests } = await scriptedModel([]);
  const server = await startOpenCode(url, { instructions: ['rules.md', join(project, 'more.md')] }, environment);
  await server.prompt();
  const { username } = await (await server.call('/config')).json();
  await server.stop();
  const told = JSON.stringify(requests.at(-1).messages.filter(({ role }) => role === 'system'));
  return {
    'project opencode.json': username === 'from-the-project',
    'project AGENTS.md': told.includes('heron'),
    'rules.md, named relatively by a configuration outside the project': told.includes('alder'),
    'more.md, named absolutely by the same configuration': told.includes('slate'),
  };
}

const without = await measure({});
const withFlag = await measure({ OPENCODE_DISABLE_PROJECT_CONFIG: '1' });
console.log('expected: with the flag only opencode.json and .opencode/ of the project are skipped');
console.log('observed: read without the flag -> read with OPENCODE_DISABLE_PROJECT_CONFIG=1');
for (const [name, was] of Object.entries(without)) console.log(`  ${name}: ${was ? 'yes' : 'no'} -> ${withFlag[name] ? 'yes' : 'no'}`);
console.log('why: the flag also ends the search for rule files in the project, and relative names are searched there too');
conclude(Object.values(without).every(Boolean) && Object.values(withFlag).join() === 'false,false,false,true');
END
node_modules/.bin/node finding.mjs
