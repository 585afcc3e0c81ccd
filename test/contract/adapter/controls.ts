import { expect, test } from 'vitest';
import type { Form } from '../../../src/core/channel.ts';
import { arrived, type Start } from './rig.ts';
import { allow, card, deny, poster, words } from './words.ts';

const form: Form = {
  token: 'form-token',
  title: 'Which database?',
  submit: 'Answer',
  fields: [
    {
      id: 'q0',
      label: 'Database',
      options: [
        { label: 'Postgres', description: 'a server' },
        { label: 'SQLite', description: 'a file' },
      ],
      multiple: false,
      custom: true,
      required: true,
    },
  ],
};

/** What people press and fill in brings back who and what. */
export function controlsContract(start: Start): void {
  test('a button brings back who pressed, where, and its token', async () => {
    const channel = await start();
    const token = 'x'.repeat(64);
    const id = await poster(channel)(card('Wants to run `ls`', [{ ...allow, token }, deny]));
    await channel.people.press('thread', id, allow.label);
    const event = await arrived(channel, 'button');
    expect(event).toMatchObject({
      message: id,
      token,
      address: channel.places.thread,
      room: channel.places.rooms.thread,
    });
    expect(event.author.id).toMatch(new RegExp(`^${channel.adapter().id}:.`));
  });

  test('each press is an event of its own', async () => {
    const channel = await start();
    const id = await poster(channel)(card('Wants to run `ls`', [allow, deny]));
    await channel.people.press('thread', id, allow.label);
    await channel.people.press('thread', id, deny.label);
    await arrived(channel, 'button', ({ token }) => token === deny.token);
    const presses = channel.gateway.events.filter((event) => event.type === 'button');
    expect(presses.map(({ token }) => token)).toEqual([allow.token, deny.token]);
    expect(new Set(presses.map((press) => press.id)).size).toBe(2);
  });

  test('a press tells who of several people it was', async (context) => {
    const channel = await start();
    if (channel.places.rooms.thread === 'private') return context.skip('one person uses it');
    const id = await poster(channel)(card('Wants to run `ls`', [allow]));
    await channel.people.press('thread', id, allow.label, 'ben');
    expect((await arrived(channel, 'button')).author.name).toContain('Ben');
  });

  test('a button works after a new beginning', async () => {
    const channel = await start();
    const id = await poster(channel)(card('Wants to run `ls`', [allow]));
    await channel.halt();
    await channel.begin();
    await channel.people.press('thread', id, allow.label);
    expect(await arrived(channel, 'button')).toMatchObject({ message: id, token: allow.token });
  });

  test('a press is not lost while the gateway cannot store it', async (context) => {
    const channel = await start();
    const id = await poster(channel)(card('Wants to run `ls`', [allow]));
    if (channel.platform.cut === undefined)
      return context.skip('the page of the one who presses says that it was not taken');
    channel.gateway.turn('refuses');
    await channel.people.press('thread', id, allow.label);
    channel.gateway.turn('stores');
    expect(await arrived(channel, 'button')).toMatchObject({ message: id, token: allow.token });
  });

  test('a form brings back what was filled in', async (context) => {
    const channel = await start();
    const { submit } = channel.people;
    if (channel.adapter().capabilities.forms === 'none' || submit === undefined)
      return context.skip('it has no forms: own words come as a reply to the message');
    const id = await poster(channel)(words('Which database?', { kind: 'request', form }));
    await submit('thread', id, form, { q0: ['SQLite'] });
    expect(await arrived(channel, 'form')).toMatchObject({
      message: id,
      token: form.token,
      fields: { q0: ['SQLite'] },
      address: channel.places.thread,
    });
  });

  test('nothing is shown to those who may not answer, and their press is told as one', async (context) => {
    const channel = await start();
    const { people, platform, places, gateway } = channel;
    if (people.opener === undefined) return context.skip('nobody has to open a form there');
    const who = places.rooms.thread === 'private' ? 'ann' : 'ben';
    const id = await poster(channel)(words('Which database?', { kind: 'request', form }));
    await channel.people.write('thread', 'whoever I am', { by: who });
    await arrived(channel, 'message', ({ text }) => text === 'whoever I am');
    const calls = platform.calls?.();
    const before = await platform.screen(places.thread);
    gateway.admitOnly(['nobody of this name']);
    await people.press('thread', id, people.opener(form), who);
    const event = await arrived(channel, 'button');
    expect(event).toMatchObject({ message: id, token: form.token, address: places.thread });
    expect(await platform.screen(places.thread)).toEqual(before);
    expect(platform.shownToAnn?.(places.thread) ?? []).toEqual([]);
    expect(platform.calls?.()).toEqual(calls);
  });

  test('a form works after a new beginning', async (context) => {
    const channel = await start();
    const { submit } = channel.people;
    if (channel.adapter().capabilities.forms === 'none' || submit === undefined)
      return context.skip('it has no forms: own words come as a reply to the message');
    const id = await poster(channel)(words('Which database?', { kind: 'request', form }));
    await channel.halt();
    await channel.begin();
    await submit('thread', id, form, { q0: ['my own words'] });
    expect(await arrived(channel, 'form')).toMatchObject({
      token: form.token,
      fields: { q0: ['my own words'] },
    });
  });
}
