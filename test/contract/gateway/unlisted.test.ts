/** Places that the operator gave no project: what happens there is stored and told, like anything else. */
import { describe, expect, test } from 'vitest';
import type { ThreadAddress } from '../../../src/core/channel.ts';
import { noProject } from '../../../src/core/project.ts';
import { createIntake } from '../../../src/gateway/inbound/intake.ts';
import { silent } from '../../embedded.ts';
import { stranger, type World } from './world.ts';
import { createWorlds, over, shows } from './worlds.ts';

const worlds = createWorlds();
const here = { project: noProject } as const;

const handled = (one: World) =>
  one.sees(async () => (await one.store.inbox.pending(one.agent.server, 10, [])).length === 0);

async function said(one: World, text: string, more: Parameters<World['say']>[1] = here): Promise<string> {
  const message = await one.say(text, more);
  await handled(one);
  return message;
}

const told = ({ platform }: World) => platform.whispers.map(({ text }) => text);

describe('a place without a project', () => {
  test('its message is handled: whoever may prompt is told why nothing happened, and so is !why', async () => {
    const one = worlds.begin();
    const message = await said(one, 'hello');
    expect(told(one)).toEqual([
      'No project is set up for this place, so nothing was passed on. An operator can list it in the configuration; `npm run doctor` shows the line to add.',
    ]);
    expect(one.agent.prompts).toEqual([]);
    await said(one, '!why', { ...here, replyTo: message });
    await one.sees(() => shows(one, 'Not answered: no project is set up for this place.'));
  });

  test('commands that need no project work there, the others say why not', async () => {
    const one = worlds.begin();
    await said(one, '!help');
    await one.sees(() => shows(one, '!status'));
    await said(one, '!status');
    expect(told(one).at(-1)).toContain('No project is set up for this place');
  });

  test('a stranger is told nothing of it, and holds nobody up', async () => {
    const one = worlds.begin();
    await said(one, 'hello', { ...here, author: stranger, room: 'thread' });
    await said(one, '!stauts', { ...here, author: stranger, room: 'thread' });
    expect(one.platform.screen()).toEqual([]);
    expect(told(one)).toEqual([]);
    await said(one, 'hello', { thread: 't2' });
    await one.sees(() => one.agent.prompts.length === 1);
  });

  test('once it is listed, its next message is a prompt of that project', async () => {
    const one = worlds.begin();
    await said(one, 'hello');
    await said(one, 'again', { project: 'docs' });
    await one.sees(() => one.agent.prompts.length === 1);
    expect(one.agent.prompts[0]?.ref.directory).toBe('/srv/docs');
    one.agent.write('Hi');
    one.agent.end();
    await one.sees(() => over(one));
    // What a thread has, it keeps.
    await said(one, 'and again', { project: 'api' });
    await one.sees(() => one.agent.prompts.length === 2);
    expect(one.agent.prompts[1]?.ref.directory).toBe('/srv/docs');
  });
});

describe('taking in what happens', () => {
  const address: ThreadAddress = { platform: 'fake', channel: 'c', thread: 't' };
  const event = {
    type: 'message',
    id: '1',
    address,
    author: { id: 'fake:ann', name: 'Ann' },
    room: 'private',
    at: 0,
    message: '1',
    text: 'private words',
    addressed: true,
  } as const;

  test('what cannot be stored is rejected, and the log says which event and why', async () => {
    const lines: string[] = [];
    const take = createIntake({
      store: { inbox: { ...worlds.store().inbox, accept: () => Promise.reject(new Error('disk full')) } },
      place: () => ({ project: 'api', server: 's' }),
      log: { error: (fields, fact) => void lines.push(`${fact} ${JSON.stringify(fields)}`) },
      heard: () => {},
      unlisted: () => {},
    });
    await expect(take(event)).rejects.toThrow('disk full');
    expect(lines).toEqual([
      'an event could not be stored {"platform":"fake","channel":"c","event":"1","type":"message","error":{}}',
    ]);
  });

  test('a place without a project is no failure', async () => {
    const unlisted: ThreadAddress[] = [];
    const take = createIntake({
      store: worlds.store(),
      place: () => ({ project: noProject, server: 'nobody' }),
      log: silent,
      heard: () => {},
      unlisted: (one) => void unlisted.push(one),
    });
    await take({ ...event, id: 'unlisted-1' });
    expect(unlisted).toEqual([address]);
  });
});
