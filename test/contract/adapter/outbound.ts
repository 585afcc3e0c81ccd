import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fenced } from '../../../src/render/plain.ts';
import { type Start, said, texts, until } from './rig.ts';
import { allow, card, deny, poster, words } from './words.ts';

/** What people see of what the agent says. */
export function outboundContract(start: Start): void {
  test('messages stand in the order of their posts', async () => {
    const channel = await start();
    const post = poster(channel);
    for (const word of ['one', 'two', 'three']) await post(words(word));
    expect((await texts(channel, channel.places.thread)).slice(-3)).toEqual(['one', 'two', 'three']);
  });

  test('what hears nothing yet says, changes and knows all the same', async () => {
    const channel = await start();
    const { thread } = channel.places;
    const first = await said(channel, 'thread', 'by a person');
    const { message } = await said(channel, 'thread', 'and now?');
    await channel.halt();
    const adapter = await channel.make();
    const id = await adapter.post(thread, words('sa'), 'key-1');
    await adapter.edit(thread, id, words('said'));
    expect((await adapter.find?.(thread, 'key-1')) ?? id).toBe(id);
    const before = (await adapter.history?.(thread, message, 1)) ?? [first];
    expect(before.map(({ text }) => text)).toEqual(['by a person']);
    await channel.begin();
    expect((await texts(channel, thread)).slice(-1)).toEqual(['said']);
  });

  test('each thread has its own, also when they are written at once', async () => {
    const channel = await start();
    const { thread, other } = channel.places;
    const post = poster(channel);
    await Promise.all([post(words('here'), thread), post(words('there'), other)]);
    expect((await texts(channel, thread)).slice(-1)).toEqual(['here']);
    expect((await texts(channel, other)).slice(-1)).toEqual(['there']);
  });

  test('a message grows in place, and stays above what came later', async () => {
    const channel = await start();
    const { thread } = channel.places;
    const post = poster(channel);
    const id = await post(words('gro', { live: true }));
    await post(words('below'));
    await channel.adapter().edit(thread, id, words('growing', { live: true }));
    await channel.adapter().edit(thread, id, words('grown'));
    await expect.poll(() => texts(channel, thread)).toEqual(expect.arrayContaining(['grown', 'below']));
    expect((await texts(channel, thread)).slice(-2)).toEqual(['grown', 'below']);
  });

  test('an edit that changes nothing is no error', async () => {
    const channel = await start();
    const { thread } = channel.places;
    const id = await poster(channel)(words('the same'));
    await channel.adapter().edit(thread, id, words('the same'));
    await channel.adapter().edit(thread, id, words('the same'));
    expect((await texts(channel, thread)).slice(-1)).toEqual(['the same']);
  });

  test('a message can become shorter than it was', async () => {
    const channel = await start();
    const { thread } = channel.places;
    const id = await poster(channel)(words(`${'long '.repeat(200)}\n\nvery`));
    await channel.adapter().edit(thread, id, words('short'));
    expect((await texts(channel, thread)).slice(-1)).toEqual(['short']);
  });

  test('marks of Markdown are shown as what they mean', async () => {
    const channel = await start();
    await poster(channel)(words('This is **important**: run `npm test`.\n\n- one\n- two'));
    const [text = ''] = (await texts(channel, channel.places.thread)).slice(-1);
    expect(text).toContain('important');
    expect(text).toContain('npm test');
    expect(text).not.toContain('**');
  });

  test('signs that the platform has a use for are shown as they are', async () => {
    const channel = await start();
    await poster(channel)(words('`if (a < b && c > d) return "<b>&amp;</b>";`'));
    const [text] = (await texts(channel, channel.places.thread)).slice(-1);
    expect(text).toContain('if (a < b && c > d) return "<b>&amp;</b>";');
  });

  test('a command on a card stands there as it is written', async () => {
    const channel = await start();
    const post = poster(channel);
    const piece = fc.constantFrom(
      ...[
        'git push',
        '/srv/api/deploy.sh prod',
        ' && ',
        '*',
        '_',
        '~',
        '`',
        '```',
        '$(x)',
        '\\',
        '|',
        '>',
        '<',
      ],
      ...[
        '&amp;',
        '@everyone',
        '<!channel>',
        '<@U1>',
        'https://example.org/a_b',
        '[x](y)',
        '# ',
        '\n',
        '  ',
        'ß→',
      ],
    );
    const command = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => `x ${pieces.join('')}x`);
    await fc.assert(
      fc.asyncProperty(command, async (written) => {
        await post(card(`⚠ Wants to run a command\n\n${fenced(written)}\n\nin api`, [allow, deny]));
        const [text = ''] = (await texts(channel, channel.places.thread)).slice(-1);
        const seen = text.replace(/[\u200b\u2060]/g, '').replace(/\n{2,}/g, '\n');
        expect(seen).toContain(written.replace(/\n{2,}/g, '\n'));
      }),
      { numRuns: 40 },
    );
  });

  test('small print stands below', async () => {
    const channel = await start();
    await poster(channel)(words('The answer.', { footnote: 'claude-sonnet · build · 12 s' }));
    const [seen] = (await channel.platform.screen(channel.places.thread)).slice(-1);
    expect(seen?.text).toMatch(/The answer\.[\s\S]*claude-sonnet · build · 12 s/);
  });

  test('buttons stand below in their order, and go with an edit that has none', async () => {
    const channel = await start();
    const { thread } = channel.places;
    const id = await poster(channel)(card('Wants to run `ls`', [allow, deny]));
    const buttons = async () => (await channel.platform.screen(thread)).at(-1)?.buttons;
    expect(await buttons()).toEqual(['Allow once', 'Deny']);
    await channel.adapter().edit(thread, id, card('Allowed once by Ann', []));
    expect(await buttons()).toEqual([]);
  });

  test('buttons can come with an edit', async () => {
    const channel = await start();
    const { thread } = channel.places;
    const id = await poster(channel)(words('…', { kind: 'request', live: true }));
    await channel.adapter().edit(thread, id, card('Wants to run `ls`', [allow]));
    expect((await channel.platform.screen(thread)).at(-1)).toMatchObject({ buttons: ['Allow once'] });
  });

  test('a message can belong to that of a person', async () => {
    const channel = await start();
    const { message } = await said(channel, 'thread', 'a question');
    const post = poster(channel);
    await post(words('an answer', { replyTo: message }));
    await post(words('an answer to what is gone', { replyTo: '424242' }));
    expect((await texts(channel, channel.places.thread)).slice(-2)).toEqual([
      'an answer',
      'an answer to what is gone',
    ]);
  });

  test('a message that was taken away is gone, and may be taken away twice', async (context) => {
    const channel = await start();
    const { thread } = channel.places;
    const adapter = channel.adapter();
    if (adapter.remove === undefined) return context.skip('the adapter cannot take messages away');
    const post = poster(channel);
    const id = await post(words('short-lived'));
    await post(words('stays'));
    await adapter.remove(thread, id);
    await adapter.remove(thread, id);
    expect(await texts(channel, thread)).not.toContain('short-lived');
    await expect(adapter.edit(thread, id, words('late'))).rejects.toMatchObject({
      failure: { reason: 'gone' },
    });
  });

  test('what is silent makes no sound, and what is not does', async (context) => {
    const channel = await start();
    const { notice } = channel.platform;
    if (notice === undefined) return context.skip('the platform makes no sounds');
    const post = poster(channel);
    const { thread } = channel.places;
    expect(notice(thread, await post(words('quiet')))).toEqual({ silent: true, named: [] });
    expect(notice(thread, await post(words('loud', { silent: false })))).toEqual({
      silent: false,
      named: [],
    });
  });

  test('a message names the one person whom it is to call', async (context) => {
    const channel = await start();
    const { notice } = channel.platform;
    if (notice === undefined) return context.skip('the platform calls nobody by name');
    const { author } = await said(channel, 'thread', 'call me');
    const id = await poster(channel)(words('Done.', { silent: false, mention: author.id }));
    expect(notice(channel.places.thread, id)).toEqual({ silent: false, named: [author.id] });
  });

  test('a sign of life is shown', async (context) => {
    const channel = await start();
    const { isAlive } = channel.platform;
    const adapter = channel.adapter();
    if (adapter.showTyping === undefined || isAlive === undefined)
      return context.skip('the adapter shows no sign of life of its own');
    await adapter.showTyping(channel.places.thread);
    await until(() => isAlive(channel.places.thread) || undefined, 'a sign of life');
  });

  test('what one person is told stays between us', async (context) => {
    const channel = await start();
    const adapter = channel.adapter();
    const { shownToAnn } = channel.platform;
    if (adapter.whisper === undefined || shownToAnn === undefined)
      return context.skip('the adapter cannot tell something to one person only');
    const event = await said(channel, 'thread', 'may I?');
    await adapter.whisper(event, 'This is not for you.');
    await expect.poll(() => shownToAnn(channel.places.thread).join('\n')).toContain('This is not for you.');
    expect((await texts(channel, channel.places.thread)).join('\n')).not.toContain('This is not for you.');
  });
}
