import { expect, test } from 'vitest';
import { useSlack } from './world.ts';

const begin = useSlack();

test.each([
  ['G0SEC', 'a private channel'],
  ['G0MPI', 'a group chat'],
  ['C0OPS', '#ops'],
])('%s is called %s elsewhere: Slack shows the name of a private channel to its members only', async (channel, name) => {
  const { slack, adapter } = await begin();
  const place = { platform: 'slack', channel };
  const { ts, told } = slack.people.say('U0ANN', channel, '@dragoman hello');
  await told;
  await expect.poll(() => adapter.placeName?.({ ...place, thread: 'main' })).toBe(name);
  expect(adapter.placeName?.({ ...place, thread: ts })).toBe(`a thread in ${name}`);
});
