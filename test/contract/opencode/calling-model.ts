/** A model that calls the tools it is told to call: `{"calls":[{"tool":"bash","input":{…}}]}` anywhere in a prompt. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { DemoPlaces } from '../../../src/demo/environment.ts';
import { frames } from '../../../src/demo/wire.ts';

export interface ToolCall {
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface CallingModel {
  /** Of its API. */
  readonly url: string;
  /** System prompts that it was given, newest last. */
  readonly systems: readonly string[];
  close(): Promise<void>;
}

/** What makes it call. */
export const told = (...calls: readonly ToolCall[]): string => JSON.stringify({ calls });

interface ChatMessage {
  readonly role: string;
  readonly content: string | readonly { readonly text?: string }[] | null;
}

const textOf = ({ content }: ChatMessage): string =>
  typeof content === 'string' ? content : (content ?? []).map(({ text }) => text ?? '').join('\n');

export async function createCallingModel(): Promise<CallingModel> {
  const systems: string[] = [];
  const server = createServer(async (request, response) => {
    const { messages, tools } = await bodyOf(request);
    systems.push(
      messages
        .filter(({ role }) => role === 'system')
        .map(textOf)
        .join('\n'),
    );
    const last = messages.at(-1);
    const text = last === undefined ? '' : textOf(last);
    const wish = last?.role === 'user' && tools !== undefined ? /\{"calls":.*\}/s.exec(text)?.[0] : undefined;
    const calls: readonly ToolCall[] = wish === undefined ? [] : JSON.parse(wish).calls;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const step = { type: 'say' as const, text: 'Said.', words: 10, calls: [...calls] };
    const ids = { completion: randomUUID(), call: () => `call_${randomUUID()}` };
    for (const frame of frames(step as Parameters<typeof frames>[0], ids, 10)) response.write(frame);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    systems,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A home of its own, nothing from the network, and this model as the only one. */
export function callingEnvironment(
  { home, models }: Pick<DemoPlaces, 'home' | 'models'>,
  { url }: CallingModel,
): Record<string, string> {
  const scripted = { name: 'Calling', tool_call: true, limit: { context: 200_000, output: 32_000 } };
  const provider = {
    npm: '@ai-sdk/openai-compatible',
    name: 'Demo',
    options: { baseURL: url, apiKey: 'none' },
    models: { scripted },
  };
  return {
    ...{ HOME: home, XDG_DATA_HOME: join(home, 'data'), XDG_CONFIG_HOME: join(home, 'config') },
    ...{ XDG_STATE_HOME: join(home, 'state'), XDG_CACHE_HOME: join(home, 'cache') },
    ...{ OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_MODELS_PATH: models },
    ...{ OPENCODE_DISABLE_LSP_DOWNLOAD: '1', OPENCODE_DISABLE_DEFAULT_PLUGINS: '1' },
    OPENCODE_CONFIG_CONTENT: JSON.stringify({
      ...{ model: 'demo/scripted', enabled_providers: ['demo'] },
      provider: { demo: provider },
    }),
  };
}

/** Else the server fetches its plugin package for each directory of configuration. */
export async function withoutFetching(directory: string): Promise<void> {
  const configuration = join(directory, '.opencode');
  const lock = { lockfileVersion: 3, packages: { '': { dependencies: { '@opencode-ai/plugin': '*' } } } };
  await mkdir(join(configuration, 'node_modules'), { recursive: true });
  await writeFile(join(configuration, 'package-lock.json'), JSON.stringify(lock));
}

async function bodyOf(
  request: IncomingMessage,
): Promise<{ readonly messages: readonly ChatMessage[]; readonly tools?: unknown }> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return JSON.parse(body);
}
