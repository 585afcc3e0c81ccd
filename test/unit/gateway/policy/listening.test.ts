import { expect, test } from 'vitest';
import { muteMs, notForUs } from '../../../../src/gateway/policy/listening.ts';

const all = { listen: 'all', mutedUntil: undefined } as const;
const mentions = { ...all, listen: 'mentions' } as const;
const muted = { ...all, mutedUntil: 1000 } as const;

test('what mentions us is for the agent, however the thread is set', () => {
  for (const thread of [all, mentions, muted])
    expect(notForUs(thread, { addressed: true, toOthers: true }, 0)).toBeUndefined();
});

test('what mentions nobody is for the agent where the thread listens to all, and is not muted', () => {
  const said = { addressed: false };
  expect(notForUs(all, said, 0)).toBeUndefined();
  expect(notForUs(mentions, said, 0)).toContain('!listen all');
  expect(notForUs(muted, said, 999)).toContain('!mute off');
  expect(notForUs(muted, said, 1000)).toBeUndefined();
});

test('what is said to somebody else is not for the agent', () => {
  expect(notForUs(all, { addressed: false, toOthers: true }, 0)).toContain('somebody else');
});

test('a time to be muted for has a unit and an end', () => {
  expect(['30m', '2 h', '1D', '5min'].map(muteMs)).toEqual([1_800_000, 7_200_000, 86_400_000, 300_000]);
  for (const text of ['', '0m', '5', 'h', '31d', '99999999h', '-2h', '2h please'])
    expect(muteMs(text)).toBeUndefined();
});
