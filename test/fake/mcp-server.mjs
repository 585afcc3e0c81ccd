/**
 * An MCP server on standard input and output, as a person would add one to OpenCode: tools that do nothing, and one
 * that answers with a picture. No library, so that it starts at once.
 */
import { createInterface } from 'node:readline';

const anything = { type: 'object', additionalProperties: true };
/** One red dot. */
const dot =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';

const tools = {
  delete_project: () => [{ type: 'text', text: 'It is gone.' }],
  screenshot: () => [
    { type: 'text', text: 'Here it is.' },
    { type: 'image', data: dot, mimeType: 'image/png' },
  ],
};

const answers = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'tracker', version: '1.0.0' },
  }),
  ping: () => ({}),
  'tools/list': () => ({
    tools: Object.keys(tools).map((name) => ({ name, description: name, inputSchema: anything })),
  }),
  'tools/call': ({ name }) => ({ content: tools[name]?.() ?? [], isError: !(name in tools) }),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) continue;
  const answer = answers[method];
  const outcome =
    answer === undefined
      ? { error: { code: -32601, message: `no ${method} here` } }
      : { result: answer(params ?? {}) };
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...outcome })}\n`);
}
