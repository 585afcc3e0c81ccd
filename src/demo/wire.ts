/** The wire of a streamed OpenAI chat completion: server-sent events, one JSON chunk each. */
import type { FailStep, SayStep } from './step.ts';

interface WireIds {
  /** Of the whole completion. */
  readonly completion: string;
  /** Of the nth tool call; unique for ever, since OpenCode stores it. */
  call(n: number): string;
}

/** The frames of one answer. Those of the text come first, one for each chunk of words. */
export function* frames(step: SayStep, ids: WireIds, promptChars: number): Generator<string> {
  const chunk = (delta: object, finish: string | null = null) =>
    frame(ids.completion, { choices: [{ index: 0, delta, finish_reason: finish }] });
  yield chunk({ role: 'assistant', content: '' });
  for (const content of chunksOf(step.text, step.words)) yield chunk({ content });
  for (const [index, call] of step.calls.entries()) {
    const asked = { name: call.tool, arguments: JSON.stringify(call.input) };
    yield chunk({ tool_calls: [{ index, id: ids.call(index), type: 'function', function: asked }] });
  }
  if (step.breaksOff) return;
  yield chunk({}, step.calls.length > 0 ? 'tool_calls' : 'stop');
  yield frame(ids.completion, { choices: [], usage: usage(promptChars, step.text.length) });
  yield 'data: [DONE]\n\n';
}

function frame(id: string, body: object): string {
  return `data: ${JSON.stringify({ id, object: 'chat.completion.chunk', created: 0, model: 'scripted', ...body })}\n\n`;
}

/** Four characters are about one token. */
function usage(promptChars: number, answerChars: number): object {
  const prompt = Math.ceil(promptChars / 4);
  const completion = Math.max(1, Math.ceil(answerChars / 4));
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

/** Words with the white space that follows them, so that the chunks joined are the text. */
export function chunksOf(text: string, words: number): readonly string[] {
  const each = text.match(/\s*\S+\s*?(?=\s|$)|\s+/g) ?? [];
  const chunks: string[] = [];
  for (let at = 0; at < each.length; at += words) chunks.push(each.slice(at, at + words).join(''));
  return chunks;
}

interface WireFailure {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** @param retryAfterMs how long the provider asks to wait, where it wants to be tried again. */
export function failure(step: FailStep, retryAfterMs: number): WireFailure {
  const headers = {
    'content-type': 'application/json',
    ...(step.retry && { 'retry-after-ms': `${retryAfterMs}` }),
  };
  const body = JSON.stringify({ error: { message: step.message, type: step.code, code: step.code } });
  return { status: step.status, headers, body };
}
