import { expect, test } from 'vitest';
import { wayTo } from '../../../src/doctor/ways.ts';

test('the way to each platform is told, without what the proxy asks for', () => {
  const proxies = { http: undefined, https: new URL('http://ann:secret@proxy:3128'), direct: ['slack.com'] };
  const told = ['https://discord.com/api', 'https://slack.com/api/'].map(
    (site) => wayTo(site, proxies).sentence,
  );
  expect(told).toEqual([
    'The way to discord.com leads through the proxy proxy:3128.',
    'The way to slack.com is direct.',
  ]);
});
