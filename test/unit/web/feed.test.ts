import { expect, test } from 'vitest';
import { createFeed } from '../../../adapters/web/feed.ts';
import { createTestClock } from '../../clock.ts';

test('a silent stream says every 15 seconds that it lives, until it is closed', async () => {
  const clock = createTestClock();
  const feed = createFeed(clock);
  const { body } = await feed.open(undefined, async () => ({ type: 'state', state: {} }));
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader?.read())?.value).toBe('data: {"type":"state","state":{}}\n\n');
  for (let beats = 0; beats < 2; beats += 1) {
    const next = reader?.read();
    await clock.advance(15_000);
    expect((await next)?.value).toBe('data: {"type":"beat"}\n\n');
  }
  feed.close();
  await clock.advance(15_000);
  expect((await reader?.read())?.done).toBe(true);
});
