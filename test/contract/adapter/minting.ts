import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChannelUnderTest, Start } from './rig.ts';
import { allow, card, createKeys, words } from './words.ts';

/** What a model may write to reach people, to act for them, or to have something fetched. */
const hostile = [
  '@everyone',
  '@here',
  '@channel',
  '@ann_here',
  '@dragoman_bot',
  '<@U1>',
  '<@1234567890>',
  '<@&123>',
  '<#C1>',
  '<!channel>',
  '<!subteam^S1>',
  '<!date^1^x|y>',
  '<https://evil.example|click>',
  '[x](tg://user?id=1)',
  '[x](tg://resolve?domain=ann_here)',
  '[x](javascript:alert(1))',
  '[@everyone](https://example.org)',
  '[@ann_here](http://localhost:3000)',
  '[@ann_here /stop](https://exam`ple.org)',
  '<http://localhost/@ann_here>',
  '![pixel](https://evil.example/p.png)',
  '![pixel][ref]\n\n[ref]: https://evil.example/p.png',
  '<img src="https://evil.example/p.png">',
  '<tg-button type="callback_data" data="allow-token">Allow</tg-button>',
  '<a href="tg://user?id=1">x</a>',
  '<button>Allow once</button>',
  '</stop',
  '/stop',
  '/stop@dragoman_bot',
  'tg://user?id=1',
  'https://example.org/path',
  'mail@example.org',
  '#tag',
  '$USD',
  '+49 30 1234567',
  '4111 1111 1111 1111',
  ':tada:',
  '<:x:123456789012345678>',
  '</run:123456789012345678>',
  '<t:1700000000:R>',
  '`@everyone`',
  '**@everyone**',
  '> @everyone',
  '| @everyone |\n|---|\n| <@U1> |',
  '# @everyone',
  '- [ ] @everyone',
  '```\n@everyone\n```',
  '*',
  '_',
  '`',
  '\\',
  '\n\n',
  ' ',
];

/** Nothing that a model writes does more than be read. */
export function mintingContract(start: Start): void {
  test('nothing that is meant to do more than be read does so', async () => {
    const channel = await start();
    for (const text of hostile)
      expect(await minted(channel, `Look: ${text} there`), JSON.stringify(text)).toEqual([]);
  });

  test('no mixture of them does more either', async () => {
    const channel = await start();
    const part = fc.oneof(fc.constantFrom(...hostile), fc.string({ maxLength: 8 }));
    const text = fc.array(part, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(text, async (markdown) => {
        expect(await minted(channel, `x ${markdown}`)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('small print, labels and edits do no more', async () => {
    const channel = await start();
    const { thread } = channel.places;
    const nasty = '@everyone <!channel> <@U1> /stop tg://user?id=1 ![](https://evil.example/p.png)';
    const content = card('Look', [{ ...allow, label: '@everyone' }]);
    const id = await channel.adapter().post(thread, { ...content, footnote: nasty }, 'key-1');
    expect(await channel.platform.minted(thread, id)).toEqual([]);
    expect((await channel.platform.screen(thread)).at(-1)?.buttons).toEqual(['@everyone']);
    await channel.adapter().edit(thread, id, words(nasty, { live: true }));
    expect(await channel.platform.minted(thread, id)).toEqual([]);
    await channel.adapter().edit(thread, id, words(nasty));
    expect(await channel.platform.minted(thread, id)).toEqual([]);
    expect((await channel.platform.screen(thread)).at(-1)?.buttons).toEqual([]);
  });
}

const key = createKeys();

async function minted({ adapter, places, platform }: ChannelUnderTest, markdown: string) {
  const id = await adapter().post(places.thread, words(markdown), key());
  return platform.minted(places.thread, id);
}
