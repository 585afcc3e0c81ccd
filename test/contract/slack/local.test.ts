import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { slack as definition } from '../../../adapters/slack/index.ts';
import type { Form, OutboundMessage } from '../../../src/core/channel.ts';
import { memoryDocuments } from '../../fake/documents.ts';
import { createGateway, type Gateway } from '../adapter/gateway.ts';
import { type Running, started } from '../adapter/runner.ts';
import { type LocalSlack, missing, startLocalSlack } from './local.ts';
import { until } from './world.ts';

/**
 * The same doings as on our own stand-in, on one that others made after the real thing. It knows no refusals and no
 * limits, delivers each event to every socket, and tells nothing of our own posts.
 */
interface World extends Running {
  readonly local: LocalSlack;
  readonly gateway: Gateway;
}

const state: { world?: World } = {};

function world(): World {
  if (state.world === undefined) throw new Error('it does not run');
  return state.world;
}

const words = (markdown: string, changes: Partial<OutboundMessage> = {}): OutboundMessage => ({
  kind: 'text',
  markdown,
  buttons: [],
  live: false,
  silent: true,
  ...changes,
});

describe.skipIf(missing !== undefined)(`the stand-in of others ${missing ?? ''}`, () => {
  beforeAll(async () => {
    const local = await startLocalSlack();
    const environment = {
      SLACK_BOT_TOKEN: 'xoxb-local',
      SLACK_APP_TOKEN: 'xapp-local',
      SLACK_API_URL: local.apiUrl,
    };
    const gateway = createGateway({ documents: memoryDocuments(), routes: { add: () => {} } });
    state.world = { local, gateway, ...(await started(definition, environment, gateway)) };
    await until(() => gateway.proofs.length >= 2);
  });

  afterAll(async () => {
    await state.world?.end();
    await state.world?.local.stop();
  });

  /** Each event comes over both sockets: what counts is its id, as in the inbox. */
  const newest = () => [...new Map(world().gateway.events.map((event) => [event.id, event])).values()].at(-1);

  test('a mention opens a thread, and what is said there comes from there', async () => {
    const { local, gateway } = world();
    const ts = await local.say('U0ANN', 'C0API', '<@U0BOT> fix it &amp; go');
    const address = { platform: 'slack', channel: 'C0API', thread: ts };
    expect(newest()).toMatchObject({
      type: 'message',
      text: 'fix it & go',
      addressed: true,
      address,
      author: { name: 'ann' },
    });
    expect(new Set(gateway.events.map(({ id }) => id)).size).toBe(1);
    await local.say('U0BEN', 'C0API', 'me too', ts);
    expect(newest()).toMatchObject({
      text: 'me too',
      addressed: false,
      address,
      room: 'thread',
      author: { name: 'ben' },
    });
  });

  test('a direct message is private; its change and its end are told', async () => {
    const { local } = world();
    const ts = await local.say('U0ANN', 'D0ANN', 'helo');
    expect(newest()).toMatchObject({ text: 'helo', room: 'private', addressed: true });
    await local.edit('U0ANN', 'D0ANN', ts, 'hello');
    expect(newest()).toMatchObject({ type: 'message-edited', message: ts, text: 'hello' });
    await local.delete('U0ANN', 'D0ANN', ts);
    expect(newest()).toMatchObject({ type: 'message-deleted', message: ts });
  });

  test('what the agent shows is posted, changed and taken away', async () => {
    const { local, adapter } = world();
    const thread = await local.say('U0ANN', 'C0API', '<@U0BOT> show');
    const address = { platform: 'slack', channel: 'C0API', thread };
    const id = await adapter.post(address, words('one', { live: true }), 'key-1');
    await adapter.edit(address, id, words('**two** < three', { footnote: 'small' }));
    const [shown] = (await local.messages('C0API')).filter(({ ts }) => ts === id);
    expect(shown).toMatchObject({ thread_ts: thread, text: 'two &lt; three' });
    expect(shown?.blocks?.map(({ type }) => type)).toEqual(['markdown', 'context']);
    await adapter.remove?.(address, id);
    await adapter.remove?.(address, id);
    expect((await local.messages('C0API')).some(({ ts }) => ts === id)).toBe(false);
    await expect(adapter.edit(address, id, words('late'))).rejects.toMatchObject({
      failure: { reason: 'gone' },
    });
  });

  test('buttons and forms come back', async () => {
    const { local, adapter } = world();
    const thread = await local.say('U0ANN', 'C0API', '<@U0BOT> ask');
    const address = { platform: 'slack', channel: 'C0API', thread };
    const form: Form = {
      token: 'form-token',
      title: 'Reject with reason',
      submit: 'Reject',
      fields: [
        { id: 'reason', label: 'Reason', options: [], multiple: false, custom: false, required: true },
      ],
    };
    const buttons = [
      { label: 'Allow once', token: 'allow-token', style: 'primary' as const },
      { label: 'Reject with reason', token: 'form-token', style: 'plain' as const, form },
    ];
    const message = await adapter.post(address, words('Wants to run', { buttons }), 'key-2');
    await local.press('U0BEN', 'C0API', message, 'Allow once');
    expect(newest()).toMatchObject({
      type: 'button',
      token: 'allow-token',
      message,
      address,
      author: { name: 'ben' },
    });
    await local.press('U0BEN', 'C0API', message, 'Reject with reason');
    await local.submit('U0BEN', { reason: { value: { type: 'plain_text_input', value: 'not today' } } });
    expect(newest()).toMatchObject({
      type: 'form',
      token: 'form-token',
      message,
      address,
      fields: { reason: ['not today'] },
    });
  });

  test('files come down with their message, as one event', async () => {
    const { local, adapter } = world();
    const files = [
      new File(['one'], 'a.txt', { type: 'text/plain' }),
      new File(['two!'], 'b.csv', { type: 'text/csv' }),
    ];
    await local.share('U0ANN', 'D0ANN', 'see these', files);
    const event = newest();
    expect(event).toMatchObject({
      text: 'see these',
      attachments: [
        { name: 'a.txt', size: 3 },
        { name: 'b.csv', size: 4 },
      ],
    });
    const all = event?.type === 'message' ? (event.attachments ?? []) : [];
    const { signal } = new AbortController();
    const bytes = await Promise.all(all.map((file) => adapter.download?.(file, 100, signal)));
    expect(bytes.map((each) => new TextDecoder().decode(each))).toEqual(['one', 'two!']);
  });

  test('a file goes up into its thread, and is found by its key', async () => {
    const { local, adapter } = world();
    const thread = await local.say('U0ANN', 'C0API', '<@U0BOT> the diff, please');
    const address = { platform: 'slack', channel: 'C0API', thread };
    const bytes = new TextEncoder().encode('--- a\n+++ b\n');
    const patch = { name: 'fix.patch', mime: 'text/x-diff', bytes, markdown: '**2 files**', silent: true };
    const id = await adapter.upload?.(address, patch, 'key-file');
    const [shown] = (await local.messages('C0API')).filter(({ ts }) => ts === id);
    expect(shown).toMatchObject({
      thread_ts: thread,
      text: '*2 files*',
      files: [{ name: 'fix.patch', size: bytes.length }],
    });
    expect(await adapter.find?.(address, 'key-file')).toBe(id);
  });

  test('what was said in a thread before is told', async () => {
    const { local, adapter } = world();
    const thread = await local.say('U0ANN', 'C0API', 'the build is red');
    await local.say('U0BEN', 'C0API', 'since Friday', thread);
    const before = await local.say('U0ANN', 'C0API', '<@U0BOT> why?', thread);
    const said = await adapter.history?.({ platform: 'slack', channel: 'C0API', thread }, before, 10);
    expect(said?.map(({ author, text }) => `${author.name}: ${text}`)).toEqual([
      'ann: the build is red',
      'ben: since Friday',
    ]);
  });

  test('a slash command is answered to one person', async () => {
    const { local, adapter } = world();
    await local.slash('U0ANN', 'C0API', 'status now');
    const event = newest();
    expect(event).toMatchObject({ type: 'command', name: 'status', text: 'now' });
    if (event !== undefined) await adapter.whisper?.(event, 'All is well.');
    expect((await local.messages('C0API')).at(-1)).toMatchObject({
      subtype: 'ephemeral',
      ephemeral_to: 'U0ANN',
    });
  });

  test('it is heard again after the platform was away', async () => {
    const { local, gateway } = world();
    const { length } = gateway.proofs;
    await local.restart();
    await until(() => gateway.proofs.length >= length + 2);
    await local.say('U0ANN', 'D0ANN', 'still there?');
    expect(newest()).toMatchObject({ text: 'still there?' });
  });
});
