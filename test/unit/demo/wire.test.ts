import fc from 'fast-check';
import { expect, test } from 'vitest';
import { say } from '../../../src/demo/step.ts';
import { chunksOf, failure, frames } from '../../../src/demo/wire.ts';

const ids = { completion: 'chatcmpl-1', call: (n: number) => `call_${n}` };

/** The chunks as a client of the API parses them. */
function parsed(lines: Iterable<string>): readonly unknown[] {
  return [...lines].map((line) => {
    const data = /^data: (.*)\n\n$/s.exec(line)?.[1] ?? '';
    return data === '[DONE]' ? data : JSON.parse(data);
  });
}

test('chunks joined are the text, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 5 }), (text, words) => {
      expect(chunksOf(text, words).join('')).toBe(text);
    }),
  );
});

test('a chunk is as many words as asked for', () => {
  expect(chunksOf('one two\n\nthree four five', 2)).toEqual(['one two', '\n\nthree four', ' five']);
});

test('a text is streamed in chunks, closed with the reason, the usage and the end mark', () => {
  expect(parsed(frames(say('Hello you.'), ids, 40))).toMatchInlineSnapshot(`
    [
      {
        "choices": [
          {
            "delta": {
              "content": "",
              "role": "assistant",
            },
            "finish_reason": null,
            "index": 0,
          },
        ],
        "created": 0,
        "id": "chatcmpl-1",
        "model": "scripted",
        "object": "chat.completion.chunk",
      },
      {
        "choices": [
          {
            "delta": {
              "content": "Hello",
            },
            "finish_reason": null,
            "index": 0,
          },
        ],
        "created": 0,
        "id": "chatcmpl-1",
        "model": "scripted",
        "object": "chat.completion.chunk",
      },
      {
        "choices": [
          {
            "delta": {
              "content": " you.",
            },
            "finish_reason": null,
            "index": 0,
          },
        ],
        "created": 0,
        "id": "chatcmpl-1",
        "model": "scripted",
        "object": "chat.completion.chunk",
      },
      {
        "choices": [
          {
            "delta": {},
            "finish_reason": "stop",
            "index": 0,
          },
        ],
        "created": 0,
        "id": "chatcmpl-1",
        "model": "scripted",
        "object": "chat.completion.chunk",
      },
      {
        "choices": [],
        "created": 0,
        "id": "chatcmpl-1",
        "model": "scripted",
        "object": "chat.completion.chunk",
        "usage": {
          "completion_tokens": 3,
          "prompt_tokens": 10,
          "total_tokens": 13,
        },
      },
      "[DONE]",
    ]
  `);
});

test('tool calls follow the text, each with its own index and id', () => {
  const step = say('', [
    { tool: 'bash', input: { command: 'ls' } },
    { tool: 'bash', input: { command: 'pwd' } },
  ]);
  const deltas = parsed(frames(step, ids, 0)).filter((chunk) => JSON.stringify(chunk).includes('tool_calls'));
  expect(deltas).toMatchInlineSnapshot(`
    [
      {
        "choices": [
          {
            "delta": {
              "tool_calls": [
                {
                  "function": {
                    "arguments": "{"command":"ls"}",
                    "name": "bash",
                  },
                  "id": "call_0",
                  "index": 0,
                  "type": "function",
                },
              ],
            },
            "finish_reason": null,
            "index": 0,
          },
        ],
        "created": 0,
        "id": "chatcmpl-1",
        "model": "scripted",
        "object": "chat.completion.chunk",
      },
      {
        "choices": [
          {
            "delta": {
              "tool_calls": [
                {
                  "function": {
                    "arguments": "{"command":"pwd"}",
                    "name": "bash",
                  },
                  "id": "call_1",
                  "index": 1,
                  "type": "function",
                },
              ],
            },
            "finish_reason": null,
            "index": 0,
          },
        ],
        "created": 0,
        "id": "chatcmpl-1",
        "model": "scripted",
        "object": "chat.completion.chunk",
      },
      {
        "choices": [
          {
            "delta": {},
            "finish_reason": "tool_calls",
            "index": 0,
          },
        ],
        "created": 0,
        "id": "chatcmpl-1",
        "model": "scripted",
        "object": "chat.completion.chunk",
      },
    ]
  `);
});

test('a provider that wants to be tried again says when', () => {
  const overloaded = {
    type: 'fail',
    status: 503,
    message: 'Overloaded',
    code: 'overloaded',
    retry: true,
  } as const;
  expect(failure(overloaded, 250)).toMatchInlineSnapshot(`
    {
      "body": "{"error":{"message":"Overloaded","type":"overloaded","code":"overloaded"}}",
      "headers": {
        "content-type": "application/json",
        "retry-after-ms": "250",
      },
      "status": 503,
    }
  `);
  expect(failure({ ...overloaded, retry: false }, 250).headers).toEqual({
    'content-type': 'application/json',
  });
});
