import { expect, test } from 'vitest';
import { serverMessageId } from '../../../../src/core/ids.ts';
import type { RunDone } from '../../../../src/core/library.ts';
import { missedOf } from '../../../../src/gateway/policy/missed-runs.ts';

const run = (name: string, within?: string): RunDone => ({
  message: serverMessageId(name),
  text: name,
  byProgram: false,
  within: within === undefined ? undefined : serverMessageId(within),
});

const runs = [run('before'), run('ours'), run('into ours', 'ours'), run('theirs'), run('later')];

test.each([
  ['known runs are not missed', [{}, {}, {}, {}, undefined], false, ['later']],
  ['what was answered in another run is not', [{}, {}, undefined, undefined, {}], false, ['theirs']],
  [
    'at the first look, what was there before ours is not',
    [undefined, {}, undefined, undefined, {}],
    true,
    ['theirs'],
  ],
  ['at the first look at a session that is not ours, nothing is', Array(5).fill(undefined), true, []],
  [
    'at a later look, all that is unknown is',
    Array(5).fill(undefined),
    false,
    ['before', 'ours', 'theirs', 'later'],
  ],
])('%s', (_name, known, first, missed) => {
  expect(missedOf(runs, known, first).map(({ message }) => message)).toEqual(missed);
});
