import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Action, actionText, readAction } from '../../../src/core/action.ts';
import { promptId, requestId } from '../../../src/core/ids.ts';
import { createIds } from '../../../src/gateway/ids.ts';

const id = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const choice = fc.oneof(
  fc.constantFrom('once', 'reject', 'reason', 'form', 'again'),
  fc.nat(99).map((at) => `option.${at}` as const),
);
const word = fc.stringMatching(/^[a-z]{1,9}$/);
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ type: fc.constantFrom('stop', 'now', 'again', 'diff'), prompt: id.map(promptId) }),
  fc.record({ type: fc.constant('request'), request: id.map(requestId), choice }),
  fc.record({ type: fc.constant('command'), name: word, verb: word, argument: fc.string() }),
);

test('an action is read as it was written, whatever its argument holds', () => {
  fc.assert(
    fc.property(action, (one) => {
      expect(readAction(actionText(one))).toEqual(one);
    }),
  );
});

test('buttons that were posted by any version of ours go on working', () => {
  const texts = ['stop:7', 'request:3:option.1', 'command:model:page:2:a:b', 'command:sessions:page:1'];
  expect(texts.map((text) => actionText(readAction(text) as Action))).toEqual(texts);
});

test('what none of ours writes is no action', () => {
  for (const text of ['', 'go:7', 'request:3', 'request:3:always', 'request:3:option.x'])
    expect(readAction(text)).toBeUndefined();
});

test('its token fits a button of every platform', () => {
  const ids = createIds('a secret');
  const sized = action.filter((one) => one.type !== 'command');
  fc.assert(
    fc.property(sized, (one) => {
      expect(Buffer.byteLength(ids.sign(actionText(one)))).toBeLessThanOrEqual(64);
    }),
  );
});
