/** What the scripted model looks at: the request of a chat completion, reduced to what decides the answer. */
import { type DemoContent, plainText } from './content.ts';
import { type ReceivedFile, readFiles, withoutFiles } from './received.ts';

/** A tool call of the current run and what came of it. */
export interface ToolResult {
  readonly tool: string;
  readonly output: string;
}

export interface Conversation {
  /** `title`: name the session; `summary`: sum it up to make room; `chat`: everything a person sees. */
  readonly purpose: 'title' | 'summary' | 'chat';
  /** The same for every try of one request, different for any other request. */
  readonly key: string;
  /** What the person said last, without what was quoted, attached or told for context. */
  readonly text: string;
  /** What came with it. */
  readonly files: readonly ReceivedFile[];
  /** What tools answered since then, oldest first. Calls that a crash cut off are left out: they never ran. */
  readonly results: readonly ToolResult[];
}

/** The part of an OpenAI chat completion request that is read. */
export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  readonly tools?: readonly unknown[];
}

type ChatMessage =
  | { readonly role: 'system'; readonly content: DemoContent }
  | { readonly role: 'user'; readonly content: DemoContent }
  | {
      readonly role: 'assistant';
      readonly content?: DemoContent | null;
      readonly tool_calls?: readonly CallMessage[];
    }
  | { readonly role: 'tool'; readonly tool_call_id: string; readonly content: DemoContent };

interface CallMessage {
  readonly id: string;
  readonly function: { readonly name: string; readonly arguments: string };
}

/** What OpenCode puts in place of the result of a call that was running when the server died. */
const interrupted = '[Tool execution was interrupted]';

/** @param session the session's id as the server's headers tell it; empty where they do not. */
export function readConversation(request: ChatRequest, session: string): Conversation {
  const { messages } = request;
  const last = messages.findLastIndex((message) => message.role === 'user');
  const question = messages[last];
  const said = question ? plainText(question.content) : [];
  const text = withoutFiles(said).map(unwrap).join('\n').trim();
  const files = readFiles(question?.content ?? '');
  const results = resultsOf(messages.slice(last + 1));
  const key = `${session}/${messages.length}/${text}`;
  return { purpose: purposeOf(request), key, text, files, results };
}

function purposeOf(request: ChatRequest): Conversation['purpose'] {
  if (request.tools && request.tools.length > 0) return 'chat';
  const system = request.messages.find((message) => message.role === 'system');
  const instructions = system ? plainText(system.content).join('\n') : '';
  if (instructions.startsWith('You are a title generator')) return 'title';
  return instructions.includes('summar') ? 'summary' : 'chat';
}

function resultsOf(messages: readonly ChatMessage[]): readonly ToolResult[] {
  const names = new Map<string, string>();
  const results: ToolResult[] = [];
  for (const message of messages) {
    if (message.role === 'assistant') {
      for (const call of message.tool_calls ?? []) names.set(call.id, call.function.name);
    }
    if (message.role !== 'tool') continue;
    const output = plainText(message.content).join('\n');
    if (output.includes(interrupted)) continue;
    results.push({ tool: names.get(message.tool_call_id) ?? '', output });
  }
  return results;
}

/**
 * OpenCode wraps a prompt that came while it worked, and adds reminders of its own; the gateway puts context and the
 * quoted message before it: only the person's words stay.
 */
function unwrap(text: string): string {
  const steered = /The user sent the following message:\n([\s\S]*?)\n\nPlease address this message/.exec(
    text,
  );
  if (steered?.[1] !== undefined) return steered[1];
  return text
    .replaceAll(/<(system-reminder|earlier-in-this-thread-\w+)>[\s\S]*?<\/\1>/g, '')
    .replace(/^(?:> .*\n)+\n/, '');
}
