import { expect, test } from 'vitest';
import { arrived, type Start, said, until } from './rig.ts';
import { poster, words } from './words.ts';

/** What the gateway is told of what people do. */
export function inboundContract(start: Start): void {
  test('what a person writes arrives whole, from a stable author, in its thread', async () => {
    const channel = await start();
    const { thread, rooms } = channel.places;
    const before = Date.now() - 60_000;
    const first = await said(channel, 'thread', 'first', { mention: true });
    const second = await said(channel, 'thread', 'second & <third> *as it is*', { mention: true });
    expect([first.address, second.address]).toEqual([thread, thread]);
    expect([first.room, second.room]).toEqual([rooms.thread, rooms.thread]);
    expect(first.author).toEqual(second.author);
    expect(first.author.id).toMatch(new RegExp(`^${channel.adapter().id}:.`));
    expect(first.author.name).not.toBe('');
    expect(first.id).not.toBe(second.id);
    expect(first.message).not.toBe(second.message);
    expect(first.at).toBeGreaterThan(before);
    expect(first.at).toBeLessThan(Date.now() + 60_000);
    expect(JSON.parse(JSON.stringify(second))).toEqual(second);
  });

  test('a text of several lines and of signs beyond the usual arrives as it was', async () => {
    const channel = await start();
    const text = 'line one\n\n```ts\nconst a = 1;\n```\nÄ 界 \u{1F600} end';
    expect((await said(channel, 'thread', text)).text).toBe(text);
  });

  for (const text of ['!pair 1234-ABCD', '/pair 1234-ABCD', '!stop\n!pair 1234-ABCD'])
    test(`what a person only passes on is a quotation, no command of theirs: ${JSON.stringify(text)}`, async (context) => {
      const channel = await start();
      if (channel.people.forward === undefined) return context.skip('nothing can be passed on there');
      await channel.people.forward('private' in channel.places.rooms ? 'private' : 'thread', text);
      const event = await arrived(channel, 'message');
      expect(event.text.split('\n').slice(1)).toEqual(text.split('\n').map((line) => `> ${line}`));
      expect(event.text).toMatch(/^Forwarded message.*:\n/);
      expect(event.author.name).toContain('Ann');
      expect(channel.gateway.events.filter(({ type }) => type === 'command')).toEqual([]);
    });

  test('a message that is told with null for all that may be absent arrives', async (context) => {
    const channel = await start();
    const { writeSparsely } = channel.people;
    if (writeSparsely === undefined) return context.skip('nothing there is ever null');
    const sent = await writeSparsely('with nulls');
    const { author } = await arrived(channel, 'message', ({ text }) => text === 'with nulls');
    expect(author).toEqual((await said(channel, 'thread', 'in full')).author);
    await until(() => sent.acknowledged() || undefined, 'the platform is told');
  });

  test('what cannot be read is set aside and said to the operator, and nothing waits for it', async (context) => {
    const channel = await start();
    const { people, gateway } = channel;
    if (people.babble === undefined) return context.skip('nothing comes there that was not checked before');
    const sent = await people.babble();
    await until(() => sent.acknowledged() || undefined, 'the platform is told');
    await said(channel, 'thread', 'after it');
    expect(gateway.logged.join('\n')).toContain('set aside');
    expect(gateway.ailments).toEqual([]);
  });

  test('two threads are two addresses', async () => {
    const channel = await start();
    const here = await said(channel, 'thread', 'here');
    const there = await said(channel, 'other', 'there');
    expect(here.address).toEqual(channel.places.thread);
    expect(there.address).toEqual(channel.places.other);
  });

  test('two people are two authors', async (context) => {
    const channel = await start();
    if (channel.places.rooms.thread === 'private') return context.skip('one person uses it');
    const ann = await said(channel, 'thread', 'from Ann');
    const ben = await said(channel, 'thread', 'from Ben', { by: 'ben' });
    expect(ben.author.id).not.toBe(ann.author.id);
    expect(ben.author.name).toContain('Ben');
  });

  test('all that is said in private is said to us', async (context) => {
    const channel = await start();
    if (channel.places.rooms.private === undefined) return context.skip('it has no private chats');
    const event = await said(channel, 'private', 'hello');
    expect(event).toMatchObject({ room: 'private', addressed: true });
  });

  test('in a channel only a mention is for us, and the text is without it', async (context) => {
    const channel = await start();
    if (channel.places.rooms.channel === undefined) return context.skip('it has no channels');
    await channel.people.write('channel', 'not for you');
    const event = await said(channel, 'channel', 'please help', { mention: true });
    expect(event).toMatchObject({ addressed: true, text: 'please help' });
    const overheard = channel.gateway.events.filter(
      (one) => one.type === 'message' && one.text === 'not for you',
    );
    expect(overheard.every((one) => one.type === 'message' && !one.addressed)).toBe(true);
  });

  test('a reply tells what it answers', async (context) => {
    const channel = await start();
    if (channel.people.replies === false) return context.skip('a message there cannot answer another one');
    const id = await poster(channel)(words('Which one?'));
    const reply = await said(channel, 'thread', 'the second', { replyTo: id });
    expect(reply).toMatchObject({ replyTo: id, addressed: true });
  });

  test('a message that a person changes is the same message', async (context) => {
    const channel = await start();
    if (channel.people.change === undefined) return context.skip('people cannot change what they wrote');
    const event = await said(channel, 'thread', 'teh typo', { mention: true });
    await channel.people.change('thread', event.message, 'the typo');
    const edited = await arrived(channel, 'message-edited');
    expect(edited).toMatchObject({ message: event.message, text: 'the typo', address: event.address });
    expect(edited.author.id).toBe(event.author.id);
    expect(edited.id).not.toBe(event.id);
  });

  test('a message that a person takes away is told of', async (context) => {
    const channel = await start();
    if (channel.people.withdraw === undefined)
      return context.skip('the platform does not tell of messages that people take away');
    const event = await said(channel, 'thread', 'never mind');
    await channel.people.withdraw('thread', event.message);
    const deleted = await arrived(channel, 'message-deleted');
    expect(deleted).toMatchObject({ message: event.message, address: event.address });
  });

  test('a command in the platform’s own form is a command', async (context) => {
    const channel = await start();
    if (channel.people.command === undefined) return context.skip('it has no commands of its own');
    await channel.people.command('thread', 'model', 'claude sonnet');
    const event = await arrived(channel, 'command');
    expect(event).toMatchObject({ name: 'model', text: 'claude sonnet', address: channel.places.thread });
    await channel.people.command('thread', 'status', '');
    await arrived(channel, 'command', ({ name, text }) => name === 'status' && text === '');
  });

  test('a file comes with its caption', async (context) => {
    const channel = await start();
    if (channel.people.send === undefined) return context.skip('people cannot send files');
    const bytes = new TextEncoder().encode('five!');
    await channel.people.send('thread', 'please read this', [
      { name: 'notes.txt', mime: 'text/plain', bytes },
    ]);
    const event = await arrived(channel, 'message', ({ attachments }) => attachments !== undefined);
    expect(event.text).toBe('please read this');
    expect(event.attachments).toEqual([
      { id: expect.stringMatching(/./), name: 'notes.txt', mime: 'text/plain', size: 5 },
    ]);
  });

  test('what we say ourselves is not told to us', async () => {
    const channel = await start();
    const post = poster(channel);
    const id = await post(words('our own'));
    await channel.adapter().edit(channel.places.thread, id, words('our own, changed'));
    await channel.adapter().remove?.(channel.places.thread, id);
    const { author } = await said(channel, 'thread', 'after that');
    const told = channel.gateway.events.map((event) => event.author.id);
    expect(new Set(told)).toEqual(new Set([author.id]));
  });
}
