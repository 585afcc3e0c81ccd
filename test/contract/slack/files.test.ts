import { describe, expect, test } from 'vitest';
import type { Attachment, OutboundFile, ThreadAddress } from '../../../src/core/channel.ts';
import { tokens } from '../../fake/slack.ts';
import { type SlackUnderTest, until, useSlack } from './world.ts';

const begin = useSlack();
const signal = new AbortController().signal;

/** What Slack told of the files of the last message. */
function attachmentsOf({ events }: SlackUnderTest): readonly Attachment[] {
  const last = events.at(-1);
  return last?.type === 'message' ? (last.attachments ?? []) : [];
}

async function only(world: SlackUnderTest): Promise<Attachment> {
  const [file] = attachmentsOf(world);
  if (file === undefined) throw new Error('no file came');
  return file;
}

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

describe('files of people', () => {
  test('a mention with two files is one event with both, though it is told twice', async () => {
    const world = await begin();
    const { slack, events, given } = world;
    const files = [
      slack.file('U0ANN', { name: 'a.log', bytes: 'one' }),
      slack.file('U0ANN', { name: 'b.png', mime: 'image/png', bytes: 'two!' }),
    ];
    await slack.people.say('U0ANN', 'C0API', '@dragoman see these', { files }).told;
    expect(given).toHaveLength(2);
    expect(events).toHaveLength(1);
    expect(attachmentsOf(world).map(({ name, mime, size }) => [name, mime, size])).toEqual([
      ['a.log', 'text/plain', 3],
      ['b.png', 'image/png', 4],
    ]);
  });

  test('of another organisation: what Slack does not tell with the message is asked for', async () => {
    const world = await begin();
    const { slack, adapter } = world;
    const file = slack.file('U0OUT', { name: 'theirs.csv', mime: 'text/csv', bytes: 'a,b', foreign: true });
    expect(file).toMatchObject({ file_access: 'check_file_info' });
    await slack.people.say('U0OUT', 'C0API', '@dragoman read it', { files: [file] }).told;
    const attachment = await only(world);
    expect(attachment).toMatchObject({ name: 'theirs.csv', mime: 'text/csv', size: 3 });
    expect(text(await adapter.download?.(attachment, 100, signal))).toBe('a,b');
  });

  test('a file that Slack does not tell of costs no message', async () => {
    const world = await begin();
    const { slack } = world;
    const file = slack.file('U0OUT', { name: 'theirs.csv', bytes: 'a', foreign: true });
    slack.faults.onCall('files.info', {
      type: 'answer',
      status: 200,
      body: { ok: false, error: 'access_denied' },
    });
    await slack.people.say('U0OUT', 'C0API', '@dragoman read it', { files: [file] }).told;
    expect(await only(world)).toEqual({
      id: file['id'],
      name: 'a file',
      mime: 'application/octet-stream',
      size: 0,
    });
  });

  test('what was deleted is left out, and what lies elsewhere is refused', async () => {
    const world = await begin();
    const { slack, adapter } = world;
    const files = [
      slack.file('U0ANN', { name: 'gone', bytes: 'x', mode: 'tombstone' }),
      slack.file('U0ANN', { name: 'Plan', bytes: 'x', mode: 'external', address: 'https://docs.example/d' }),
    ];
    await slack.people.say('U0ANN', 'D0ANN', 'see', { files }).told;
    expect(attachmentsOf(world).map(({ name }) => name)).toEqual(['Plan']);
    await expect(adapter.download?.(await only(world), 100, signal)).rejects.toMatchObject({
      failure: { reason: 'rejected' },
    });
  });

  test.each([
    'http://files.slack.com/f',
    'https://files.slack.com.evil.example/f',
    'https://evil.example/files.slack.com',
    'https://xslack.com/f',
    'file:///etc/passwd',
  ])('nothing is fetched from %s', async (address) => {
    const world = await begin();
    const { slack, adapter } = world;
    const file = slack.file('U0ANN', { name: 'a.txt', bytes: 'x', address });
    await slack.people.say('U0ANN', 'D0ANN', 'see', { files: [file] }).told;
    await expect(adapter.download?.(await only(world), 100, signal)).rejects.toMatchObject({
      message: 'Slack: the file does not lie on a host of Slack',
      failure: { reason: 'rejected' },
    });
  });

  test('a page to log in on is no file, whether we are led to it or get it at once', async () => {
    const world = await begin();
    const { slack, adapter } = world;
    const file = slack.file('U0ANN', { name: 'a.txt', bytes: 'secret' });
    await slack.people.say('U0ANN', 'D0ANN', 'see', { files: [file] }).told;
    const attachment = await only(world);
    const download = () => adapter.download?.(attachment, 10_000, signal);
    slack.faults.onCall('download', {
      type: 'answer',
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8' },
      body: '<!DOCTYPE html>Sign in',
    });
    const refused = { failure: { reason: 'forbidden' } };
    await expect(download()).rejects.toMatchObject(refused);
    const open = slack.faults.hold('download');
    const leading = download()?.catch((error: unknown) => error);
    await until(() => slack.faults.left() === 0);
    slack.access.scopes = slack.access.scopes.filter((scope) => scope !== 'files:read');
    open();
    const led = await leading;
    expect(led).toMatchObject(refused);
    expect(`${String(led)} ${JSON.stringify(led)}`).not.toMatch(/xoxb|http/);
  });

  test('a page that is the file comes as it is', async () => {
    const world = await begin();
    const { slack, adapter } = world;
    const page = '<!DOCTYPE html><p>report</p>';
    const file = slack.file('U0ANN', { name: 'report.html', mime: 'text/html', bytes: page });
    await slack.people.say('U0ANN', 'D0ANN', 'see', { files: [file] }).told;
    expect(text(await adapter.download?.(await only(world), 100, signal))).toBe(page);
  });

  test.each([
    [429, { 'retry-after': '7' }, { reason: 'rate-limited', retryAfterMs: 7000 }],
    [403, {}, { reason: 'forbidden' }],
    [404, {}, { reason: 'gone' }],
    [503, {}, { reason: 'unavailable' }],
  ])('a download answered with %i says what can be done', async (status, headers, failure) => {
    const world = await begin();
    const { slack, adapter } = world;
    const file = slack.file('U0ANN', { name: 'a.txt', bytes: 'x' });
    await slack.people.say('U0ANN', 'D0ANN', 'see', { files: [file] }).told;
    slack.faults.onCall('download', { type: 'answer', status, headers });
    await expect(adapter.download?.(await only(world), 100, signal)).rejects.toMatchObject({ failure });
  });
});

const patch: OutboundFile = {
  name: 'fix_date.patch',
  mime: 'text/x-diff',
  bytes: new TextEncoder().encode('--- a\n+++ b\n'),
  markdown: '**2 files** changed in `src/my_file.ts`, see [CI](https://ci.example/1)',
  silent: true,
};

async function thread({ slack }: SlackUnderTest): Promise<ThreadAddress> {
  const { ts, told } = slack.people.say('U0ANN', 'C0API', '@dragoman go');
  expect(await told).toBe(true);
  return { platform: 'slack', channel: 'C0API', thread: ts };
}

const calls = ({ slack }: SlackUnderTest, method: string) =>
  slack.requests.filter((request) => request.method === method);

describe('files of the agent', () => {
  test('a file stands in the thread under its words, and its bytes are those that were given', async () => {
    const world = await begin();
    const { slack, adapter } = world;
    const address = await thread(world);
    const id = (await adapter.upload?.(address, patch, 'key-1')) ?? '';
    expect(slack.screen(address)).toEqual([
      'Ann: @dragoman go',
      'dragoman: *2 files* changed in `src/my_file.ts`, see CI (https://ci.example/1) (fix_date.patch)',
    ]);
    const [file] = slack.message('C0API', id)?.files ?? [];
    const stored = slack.world.files.get(String(file?.['id']));
    expect(stored).toMatchObject({ title: 'fix_date.patch', snippet: 'diff' });
    expect(text(stored?.bytes)).toBe('--- a\n+++ b\n');
  });

  test('in a direct message it stands beside what was said', async () => {
    const { slack, adapter } = await begin();
    await slack.people.say('U0ANN', 'D0ANN', 'hello').told;
    const address = { platform: 'slack', channel: 'D0ANN', thread: 'main' };
    const id = await adapter.upload?.(address, { ...patch, markdown: '' }, 'key-1');
    expect(slack.screen({ channel: 'D0ANN' })).toEqual(['Ann: hello', 'dragoman:  (fix_date.patch)']);
    expect(await adapter.find?.(address, 'key-1')).toBe(id);
  });

  test('nothing that it says rings for anybody', async () => {
    const world = await begin();
    const { slack, adapter } = world;
    const markdown = '<!channel> <@U0BEN> `<!here>` [bank](https://evil.example) <https://a.example|b>';
    const id = (await adapter.upload?.(await thread(world), { ...patch, markdown }, 'key-1')) ?? '';
    expect(slack.acts('C0API', id)).toEqual([]);
    expect(slack.message('C0API', id)?.text).toContain('&lt;!channel&gt;');
  });

  test('Slack looks through it for a while before it shows it', async () => {
    const world = await begin();
    const { slack, adapter } = world;
    const address = await thread(world);
    slack.holdShares();
    const uploaded = adapter.upload?.(address, patch, 'key-1');
    await until(() => calls(world, 'files.info').length >= 2);
    expect(slack.screen(address)).toHaveLength(1);
    slack.releaseShares();
    expect(slack.message('C0API', (await uploaded) ?? '')?.files).toHaveLength(1);
  });

  test('one that is not shown in time is in doubt, is found when it is, and is never posted twice', async () => {
    const world = await begin({ hurried: true });
    const { slack, adapter } = world;
    const address = await thread(world);
    slack.holdShares();
    const unavailable = { failure: { reason: 'unavailable' } };
    await expect(adapter.upload?.(address, patch, 'key-1')).rejects.toMatchObject(unavailable);
    await expect(adapter.find?.(address, 'key-1')).rejects.toMatchObject(unavailable);
    slack.releaseShares();
    const found = await adapter.find?.(address, 'key-1');
    expect(slack.message('C0API', found ?? '')?.files).toHaveLength(1);
    expect(slack.screen(address)).toHaveLength(2);
  });

  test('what Slack took and never showed is lost after ten minutes, and may be posted again', async () => {
    const world = await begin({ hurried: true, sharedTime: true });
    const { slack, adapter, clock } = world;
    const address = await thread(world);
    slack.holdShares();
    await expect(adapter.upload?.(address, patch, 'key-1')).rejects.toThrow();
    await clock.advance(11 * 60_000);
    expect(await adapter.find?.(address, 'key-1')).toBeUndefined();
    slack.world.sharing.waiting.length = 0;
    slack.releaseShares();
    expect(await adapter.upload?.(address, patch, 'key-1')).toBeDefined();
  });

  test('one whose answer was lost is found, and one that was not shared is not', async () => {
    const world = await begin({ hurried: true });
    const { slack, adapter } = world;
    const address = await thread(world);
    slack.faults.onCall('files.completeUploadExternal', { type: 'apply-then-cut' });
    await expect(adapter.upload?.(address, patch, 'key-1')).rejects.toThrow();
    const found = await adapter.find?.(address, 'key-1');
    expect(slack.message('C0API', found ?? '')?.files).toHaveLength(1);
    slack.faults.onCall('files.completeUploadExternal', { type: 'cut' });
    await expect(adapter.upload?.(address, patch, 'key-2')).rejects.toThrow();
    expect(await adapter.find?.(address, 'key-2')).toBeUndefined();
    expect(slack.screen(address)).toHaveLength(2);
  });

  test('bytes that did not arrive are never shown', async () => {
    const world = await begin();
    const { slack, adapter } = world;
    const address = await thread(world);
    for (const fault of [{ type: 'answer', status: 500 }, { type: 'cut' }] as const) {
      slack.faults.onCall('upload', fault);
      await expect(adapter.upload?.(address, patch, 'key-1')).rejects.toMatchObject({
        failure: { reason: 'unavailable' },
      });
    }
    expect(calls(world, 'files.completeUploadExternal')).toEqual([]);
    expect(await adapter.find?.(address, 'key-1')).toBeUndefined();
  });

  test('our bytes go to hosts of Slack only', async () => {
    const world = await begin();
    const { slack, adapter } = world;
    slack.faults.onCall('files.getUploadURLExternal', {
      type: 'answer',
      status: 200,
      body: { ok: true, upload_url: 'https://evil.example/upload', file_id: 'F1' },
    });
    await expect(adapter.upload?.(await thread(world), patch, 'key-1')).rejects.toMatchObject({
      failure: { reason: 'unavailable' },
    });
    expect(calls(world, 'files.completeUploadExternal')).toEqual([]);
  });

  test('a scope that is missing is told, without the token', async () => {
    const world = await begin();
    const { slack, adapter } = world;
    const address = await thread(world);
    slack.access.scopes = slack.access.scopes.filter((scope) => scope !== 'files:write');
    const error = await adapter.upload?.(address, patch, 'key-1').catch((failed: unknown) => failed);
    expect(error).toMatchObject({ failure: { reason: 'forbidden' } });
    expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain(tokens.bot);
  });
});
