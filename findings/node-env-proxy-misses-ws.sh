#!/usr/bin/env bash
# Software:   node 24.21.0 (npm package node) with ws 8.23.0
# Behaviour:  after http.setGlobalProxyFromEnv(), fetch, http.get and the global WebSocket go through the proxy.
#             A WebSocket of ws goes to the host directly, and so does that of a library which opens it with ws and
#             hands over no agent.
# Good guess: all four go through it. Node speaks of http.request() and https.request(), and ws makes its
#             handshake with just these.
# Date:       2026-11-29
# Output seen:
#   versions: node v24.21.0, ws 8.23.0
#   expected: all four go through the proxy; ws makes its handshake with http.get
#   observed, with no_proxy empty, after http.setGlobalProxyFromEnv():
#     fetch: here; the proxy saw CONNECT
#     http.get: here; the proxy saw GET
#     global WebSocket: open; the proxy saw CONNECT
#     WebSocket of ws: open; the proxy saw nothing
#   why: ws passes a createConnection of its own and no agent; then Node asks no agent, and the proxy lives in the global agent
#   holds
# Exit code:  0 as described, 1 changed, other: could not be measured. Needs npm and a Node of 22 or later.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true }' > package.json
npm install --no-audit --no-fund --no-update-notifier --loglevel=error --save-exact node@24.21.0 ws@8.23.0 > npm.txt 2>&1 || { cat npm.txt >&2; exit 2; }

echo "versions: node $(node_modules/.bin/node --version), ws $(node_modules/.bin/node -p "require('ws/package.json').version")"
cat > finding.mjs <<'END'
import http from 'node:http';
import net from 'node:net';
import WebSocketOfWs, { WebSocketServer } from 'ws';

/** The verdict, and with it the exit code. */
function conclude(holds) {
  console.log(holds ? 'holds' : 'CHANGED: not as described');
  process.exit(holds ? 0 : 1);
}

process.on('uncaughtException', (error) => { console.error(error); process.exit(2); });
setTimeout(() => { console.error('no result within a minute'); process.exit(2); }, 60_000).unref();

// A target for each way, so that none can take over the tunnel of another.
const names = ['fetch', 'http.get', 'global WebSocket', 'WebSocket of ws'];
const hosts = {};
for (const name of names) {
  const target = http.createServer((_request, response) => response.end('here'));
  new WebSocketServer({ server: target });
  await new Promise((done) => target.listen(0, '127.0.0.1', done));
  hosts[name] = `127.0.0.1:${target.address().port}`;
}

const through = [];
const proxy = http.createServer((request, response) => {
  through.push(request.method);
  http.get(request.url, { agent: new http.Agent() }, (answer) => answer.pipe(response));
});
proxy.on('connect', (request, socket) => {
  through.push('CONNECT');
  const [host, port] = request.url.split(':');
  const upstream = net.connect(port, host, () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    upstream.pipe(socket).pipe(upstream);
  });
  upstream.on('error', () => socket.destroy());
  socket.on('error', () => upstream.destroy());
});
await new Promise((done) => proxy.listen(0, '127.0.0.1', done));
const address = `http://127.0.0.1:${proxy.address().port}`;
http.setGlobalProxyFromEnv({ http_proxy: address, https_proxy: address, no_proxy: '' });

const opened = (socket) => new Promise((done) => {
  socket.onopen = () => { socket.close(); done('open'); };
  socket.onerror = ({ error }) => done(error?.code ?? 'failed');
});
const ways = {
  'fetch': async (host) => (await fetch(`http://${host}/`)).text(),
  'http.get': (host) => new Promise((done) => {
    http.get(`http://${host}/`, (response) => response.setEncoding('utf8').once('data', done)).on('error', ({ code }) => done(code));
  }),
  'global WebSocket': (host) => opened(new WebSocket(`ws://${host}/`)),
  'WebSocket of ws': (host) => opened(new WebSocketOfWs(`ws://${host}/`)),
};
console.log('expected: all four go through the proxy; ws makes its handshake with http.get');
console.log('observed, with no_proxy empty, after http.setGlobalProxyFromEnv():');
const proxied = [];
for (const name of names) {
  through.length = 0;
  const result = await ways[name](hosts[name]);
  proxied.push(through.length > 0);
  console.log(`  ${name}: ${result}; the proxy saw ${through.join(', ') || 'nothing'}`);
}
console.log('why: ws passes a createConnection of its own and no agent; then Node asks no agent, and the proxy lives in the global agent');
conclude(proxied.join() === 'true,true,true,false');
END
node_modules/.bin/node finding.mjs
