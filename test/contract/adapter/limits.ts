import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Start } from './rig.ts';
import { card, createKeys, poster, words } from './words.ts';

/** What the data say about a platform is true. */
export function limitsContract(start: Start): void {
  test('the data say what can be', async () => {
    const { edits, rates, maxLength, buttons, forms } = (await start()).adapter().capabilities;
    expect(maxLength).toBeGreaterThan(0);
    expect(buttons.perMessage).toBeGreaterThan(0);
    expect(buttons.labelLength).toBeGreaterThan(0);
    expect(rates.every(({ limit, windowMs }) => limit > 0 && windowMs > 0)).toBe(true);
    expect(['any', 'append', 'none']).toContain(edits);
    expect(['inline', 'none']).toContain(forms);
  });

  test('an adapter has few required members, and each ability is a method', async () => {
    const adapter = (await start()).adapter();
    for (const name of ['remove', 'find', 'whisper', 'showTyping'] as const)
      expect(['function', 'undefined'], name).toContain(typeof adapter[name]);
    expect(adapter.id).toMatch(/^[a-z]+$/);
  });

  test('nothing of a text of the greatest length is lost', async () => {
    const channel = await start();
    const { measure, maxLength } = channel.adapter().capabilities;
    const line = 'word '.repeat(10);
    let text = '';
    while (measure(`${text}${line}`) <= maxLength - 3) text += line;
    await poster(channel)(words(`${text}end`));
    const [seen] = (await channel.platform.screen(channel.places.thread)).slice(-1);
    expect(seen?.text.replace(/\s+/g, ' ')).toBe(`${text}end`);
  });

  test('a full message takes small print, buttons and a name besides', async () => {
    const channel = await start();
    const { measure, maxLength, buttons } = channel.adapter().capabilities;
    const most = Math.floor(maxLength / measure('x'));
    const all = Array.from({ length: buttons.perMessage }, (_, n) => ({
      label: `${n} ${'l'.repeat(buttons.labelLength)}`.slice(0, buttons.labelLength),
      token: `${n}`.padEnd(64, 't'),
      style: 'plain' as const,
    }));
    const id = await poster(channel)({
      ...card('x'.repeat(most), all),
      footnote: 'f'.repeat(120),
    });
    const seen = (await channel.platform.screen(channel.places.thread)).find((one) => one.id === id);
    expect(seen?.buttons).toEqual(all.map(({ label }) => label));
    expect(seen?.text).toContain('f'.repeat(120));
  });

  test('what measure allows is taken, however strange', async () => {
    const channel = await start();
    const { measure, maxLength } = channel.adapter().capabilities;
    const key = createKeys();
    const part = fc.string({
      unit: fc.constantFrom(
        'a',
        '*',
        '`',
        '<',
        '&',
        '界',
        '\n',
        '```\n',
        '| - |\n',
        '> ',
        '1. ',
        '\u{1F600}',
      ),
      minLength: 1,
    });
    await fc.assert(
      fc.asyncProperty(part, async (text) => {
        const most = Math.floor(maxLength / Math.max(1, measure(text)));
        const whole = text.repeat(Math.min(most, 3000));
        fc.pre(measure(whole) <= maxLength);
        await channel.adapter().post(channel.places.thread, words(whole), key());
      }),
      { numRuns: 40 },
    );
  });
}
