import { expect, type TestContext, test } from 'vitest';
import type { ChannelUnderTest, Start } from './rig.ts';
import { texts } from './rig.ts';
import { allow, card, deny, failing, poster, words } from './words.ts';

const table = '| file | lines |\n| --- | --- |\n| `src/date.ts` | 12 |';

/** What is refused in words that nobody knows is shown in a plainer form, and is never lost in silence. */
export function refusalsContract(start: Start): void {
  test('a post whose richest form is refused is made in a plainer one', async (context) => {
    const channel = await start();
    refuserOf(channel, context)();
    await poster(channel)(words(`The **answer** & more:\n\n${table}`, { footnote: 'small print' }));
    const [text] = (await texts(channel, channel.places.thread)).slice(-1);
    for (const part of ['answer', '& more:', 'src/date.ts', '12', 'small print'])
      expect(text).toContain(part);
  });

  test('an edit whose richest form is refused is made in a plainer one, and the next one is as rich as ever', async (context) => {
    const channel = await start();
    const refuse = refuserOf(channel, context);
    const { thread } = channel.places;
    const id = await poster(channel)(words('…', { live: true }));
    refuse();
    await channel.adapter().edit(thread, id, words(`It is done:\n\n${table}`));
    const [text] = (await texts(channel, thread)).slice(-1);
    for (const part of ['It is done:', 'src/date.ts', '12']) expect(text).toContain(part);
    await channel.adapter().edit(thread, id, words('This is **important**.'));
    expect((await texts(channel, thread)).slice(-1)).toEqual(['This is important.']);
  });

  test('a card keeps its words and its buttons in a plainer form', async (context) => {
    const channel = await start();
    refuserOf(channel, context)();
    const command = 'rm -rf "build/*" && echo <done>';
    await poster(channel)(card(`Wants to run a command\n\n\`\`\`\n${command}\n\`\`\``, [allow, deny]));
    const seen = (await channel.platform.screen(channel.places.thread)).at(-1);
    expect(seen?.text).toContain(command);
    expect(seen?.buttons).toEqual(['Allow once', 'Deny']);
  });

  test('what is taken in no form stays as it was, and may be tried once more', async (context) => {
    const channel = await start();
    const { refuse } = channel.platform;
    if (refuse.unknown === undefined) return context.skip('the platform has no words of its own for a no');
    const { thread } = channel.places;
    const id = await poster(channel)(words('before'));
    // Of as many forms as there are.
    const after = words(`It is **after**:\n\n${table}`);
    const edit = () => channel.adapter().edit(thread, id, after);
    refuse.unknown(0);
    expect((await failing(edit())).failure).toEqual({ reason: 'unknown' });
    expect((await texts(channel, thread)).slice(-1)).toEqual(['before']);
    await edit();
    expect((await texts(channel, thread)).slice(-1)).toEqual([expect.stringContaining('src/date.ts')]);
  });
}

function refuserOf({ platform }: ChannelUnderTest, context: TestContext): () => void {
  const { refuseForm } = platform;
  if (refuseForm === undefined) return context.skip('a message has one form only there');
  return refuseForm;
}
