/** A model that is scripted: the part of an OpenAI server that OpenCode needs. No network, no key. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type ChatRequest, type Conversation, readConversation } from './conversation.ts';
import { nextScriptStep } from './script.ts';
import type { FailStep, SayStep, Step } from './step.ts';
import { failure, frames } from './wire.ts';

export interface ScriptedModelOptions {
  /** 0 or unset: a free one. */
  readonly port?: number;
  /** Milliseconds from one chunk of a stream to the next; 25 where unset. */
  readonly pace?: number;
  /** Milliseconds that a failing provider asks to wait before the next try; 2000 where unset. */
  readonly retryAfterMs?: number;
  /** Milliseconds of a steady clock. */
  readonly now?: () => number;
}

/** A request as the model saw it. */
export interface ModelRequest {
  readonly purpose: Conversation['purpose'];
  /** What the person said last. */
  readonly text: string;
  /** How many tools had answered since. */
  readonly results: number;
  /** It was answered with an error. */
  failed: boolean;
}

/** An OpenAI-compatible server on loopback that answers by script. */
export interface ScriptedModel {
  /** Base address of the API, with the version. */
  readonly url: string;
  /** How many chat completions were asked for, titles and summaries included. */
  requests(): number;
  /** Runs that were begun for this last text and not refused: tool steps of the same run do not count. */
  runs(text: string): number;
  /** All requests, oldest first. */
  log(): readonly ModelRequest[];
  close(): Promise<void>;
}

interface ModelState {
  readonly pace: number;
  readonly retryAfterMs: number;
  readonly now: () => number;
  readonly log: ModelRequest[];
  /** Failures so far of requests that recover later, by the conversation's key. */
  readonly failures: Map<string, number>;
}

export async function createScriptedModel(options: ScriptedModelOptions = {}): Promise<ScriptedModel> {
  const state: ModelState = {
    pace: options.pace ?? 25,
    retryAfterMs: options.retryAfterMs ?? 2000,
    now: options.now ?? (() => performance.now()),
    log: [],
    failures: new Map(),
  };
  const server = createServer((request, response) => {
    // A client that went away in mid-request is the only cause; nobody is left to be told.
    answer(state, request, response).catch((error: Error) => response.destroy(error));
  });
  const port = await listen(server, options.port ?? 0);
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests: () => state.log.length,
    runs: (text) => state.log.filter((entry) => begins(entry) && entry.text === text).length,
    log: () => [...state.log],
    close: () => close(server),
  };
}

function begins(entry: ModelRequest): boolean {
  return entry.purpose === 'chat' && entry.results === 0 && !entry.failed;
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the scripted model has no port');
  return address.port;
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
  });
  server.closeAllConnections();
  await closed;
}

async function answer(state: ModelState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'POST' || !request.url?.endsWith('/chat/completions')) {
    refuse(response, 404, 'only /v1/chat/completions is here');
    return;
  }
  const body = await readBody(request);
  const chat = parseChat(body);
  if (!chat) {
    refuse(response, 400, 'the body is not a chat completion request');
    return;
  }
  const session = request.headers['x-session-id'];
  const conversation = readConversation(chat, typeof session === 'string' ? session : '');
  const step = settle(state, conversation, nextScriptStep(conversation));
  const { purpose, text, results } = conversation;
  state.log.push({ purpose, text, results: results.length, failed: step.type === 'fail' });
  if (step.type === 'fail') {
    const { status, headers, body } = failure(step, state.retryAfterMs);
    response.writeHead(status, headers).end(body);
    return;
  }
  await send(state, response, step, body.length);
}

/** Turns a step that recovers into what it is at this try. */
function settle(state: ModelState, conversation: Conversation, step: Step): SayStep | FailStep {
  if (step.type !== 'recover') return step;
  const failed = state.failures.get(conversation.key) ?? 0;
  if (failed >= step.failures) {
    state.failures.delete(conversation.key);
    return step.then;
  }
  state.failures.set(conversation.key, failed + 1);
  return step.failure;
}

/** Each frame has its due time, so that a busy machine delays a frame but not the whole answer. */
async function send(
  state: ModelState,
  response: ServerResponse,
  step: SayStep,
  chars: number,
): Promise<void> {
  const ids = {
    completion: `chatcmpl-${randomUUID()}`,
    call: () => `call_${randomUUID().replaceAll('-', '')}`,
  };
  const start = state.now();
  let sent = 0;
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  for (const frame of frames(step, ids, chars)) {
    const wait = start + sent * state.pace - state.now();
    if (wait > 0) await delay(wait);
    if (response.destroyed) return;
    response.write(frame);
    sent += 1;
  }
  response.end();
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ error: { message } }));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function parseChat(body: string): ChatRequest | undefined {
  try {
    const value = JSON.parse(body) as Partial<ChatRequest> | null;
    return Array.isArray(value?.messages) ? (value as ChatRequest) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
