import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { serverMessageId } from '../../../src/core/ids.ts';
import { createRedactor } from '../../../src/lib/redact.ts';
import { createWorld, type Kernel, openShared, type World } from './world.ts';

let shared: Awaited<ReturnType<typeof openShared>>;
let kernels: Kernel[] = [];

beforeAll(async () => {
  shared = await openShared();
});
afterEach(async () => {
  await Promise.all(kernels.map((kernel) => kernel.stop()));
  kernels = [];
});
afterAll(() => shared.close());

const bytes = (text: string) => new TextEncoder().encode(text);
const shows = ({ platform }: World, text: string) => platform.screen().some((shown) => shown.includes(text));
const files = ({ platform }: World) =>
  platform.uploaded().map((one) => ({ ...one, bytes: new TextDecoder().decode(one.bytes) }));
const whispered = (one: World, text: string) =>
  one.sees(() => one.platform.whispers.at(-1)?.text.includes(text));

type More = NonNullable<Parameters<typeof createWorld>[1]>;

/** A thread with a session in which something was done. */
async function worked(uploads: boolean, settings: More['settings'] = {}): Promise<World> {
  const abilities = uploads ? { uploads: { maxBytes: 50_000 } } : {};
  const one = createWorld(shared.store, { abilities, settings });
  kernels.push(one.start());
  await one.say('go');
  await one.sees(() => one.agent.prompts.length === 1);
  one.agent.write('Done');
  one.agent.end();
  await one.sees(async () => (await one.store.prompts.unfinished(one.agent.server)).length === 0);
  one.agent.shelf.prompts = [{ id: serverMessageId('msg_1'), text: 'go', answered: true }];
  return one;
}

const line = (index: number) => `-old line ${index}\n+new line ${index}`;
const patch = Array.from({ length: 100 }, (_, index) => line(index)).join('\n');

describe('what a turn changed', () => {
  const long = {
    files: 9,
    added: 100,
    removed: 100,
    patch,
    each: Array.from({ length: 9 }, (_, index) => ({ path: `src/${index}.ts`, added: index, removed: 1 })),
  };

  test('is a patch below a summary where it is long', async () => {
    const one = await worked(true);
    one.agent.changes.value = long;
    await one.say('!diff');
    await one.sees(() => files(one).length === 1);
    expect(files(one)[0]).toMatchObject({ name: 'go.patch', mime: 'text/x-diff', bytes: patch });
    expect(files(one)[0]?.markdown).toBe(
      [
        '9 files changed, +100 −100',
        '',
        ...[0, 1, 2, 3, 4, 5].map((index) => `- \`src/${index}.ts\` +${index} −1`),
        '- 3 more files',
      ].join('\n'),
    );
  });

  test('is shown as it is where it is short, and cut where there are no files', async () => {
    const short = await worked(true);
    short.agent.changes.value = { files: 1, added: 1, removed: 1, patch: line(1) };
    await short.say('!diff');
    await short.sees(() => shows(short, `\`\`\`diff\n${line(1)}`));
    const none = await worked(false);
    none.agent.changes.value = long;
    await none.say('!diff');
    await none.sees(() => shows(none, 'more characters'));
    expect([...files(short), ...files(none)]).toEqual([]);
  });
});

describe('a file', () => {
  const changed = (...paths: readonly string[]) => paths.map((path) => ({ path, added: 2, removed: 1 }));

  test('that the session changed is sent as it is now', async () => {
    const one = await worked(true);
    one.agent.shelf.changed = changed('src/a b.ts', 'logo.png');
    one.agent.shelf.files.set('src/a b.ts', { type: 'file', bytes: bytes('let a = 1;\n') });
    one.agent.shelf.files.set('logo.png', { type: 'file', bytes: new Uint8Array([137, 80, 0, 255]) });
    await one.say('!file ./src/a b.ts');
    await one.sees(() => files(one).length === 1);
    await one.say('!file /srv/api/logo.png');
    await one.sees(() => files(one).length === 2);
    expect(files(one)).toMatchObject([
      { name: 'a b.ts', mime: 'text/plain', bytes: 'let a = 1;\n', markdown: '`src/a b.ts`' },
      { name: 'logo.png', mime: 'image/png' },
    ]);
    expect([...(one.platform.uploaded()[1]?.bytes ?? [])]).toEqual([137, 80, 0, 255]);
  });

  test.each([
    ['src/other.ts', 'did not change `src/other.ts`'],
    ['../../etc/passwd', 'did not change `../../etc/passwd`'],
    ['src/../.env', 'did not change `src/../.env`'],
    ['/etc/passwd', 'did not change `/etc/passwd`'],
    ['.env', '`.env` is not sent'],
    ['keys/id_rsa', '`keys/id_rsa` is not sent'],
    ['gone.ts', '`gone.ts` is not there as a file any more'],
    ['large.bin', '`large.bin` is larger than'],
    ['old.ts', 'gives no files'],
  ])('%s is refused with a sentence', async (path, sentence) => {
    const one = await worked(true);
    one.agent.shelf.changed = changed('.env', 'keys/id_rsa', 'gone.ts', 'large.bin', 'old.ts');
    for (const secret of ['.env', 'keys/id_rsa'])
      one.agent.shelf.files.set(secret, { type: 'file', bytes: bytes('secret') });
    one.agent.shelf.files.set('large.bin', { type: 'file', bytes: new Uint8Array(50_001) });
    one.agent.shelf.files.set('old.ts', { type: 'unsupported' });
    await one.say(`!file ${path}`);
    await whispered(one, sentence);
    expect(files(one)).toEqual([]);
    const isRead = ['gone.ts', 'large.bin', 'old.ts'].includes(path);
    expect(one.agent.shelf.done).toEqual(isRead ? [`read ${path}`] : []);
  });

  test('is chosen from a list by a button; what may hold secrets has none', async () => {
    const one = await worked(true);
    one.agent.shelf.changed = changed('src/a.ts', '.env', ...Array.from({ length: 9 }, (_, n) => `${n}.ts`));
    one.agent.shelf.files.set('src/a.ts', { type: 'file', bytes: bytes('a') });
    await one.say('!file');
    await one.sees(() => shows(one, '- `.env` +2 −1 · not sent, it may hold secrets'));
    const { buttons } = one.platform.message('Files that this session changed').content;
    expect(buttons.map(({ label }) => label)).toEqual(['src/a.ts', '0.ts', 'Next']);
    for (const { token } of buttons) expect(Buffer.byteLength(token)).toBeLessThanOrEqual(64);
    await one.press('src/a.ts');
    await one.sees(() => files(one).length === 1);
    await one.press('Next');
    await one.sees(() => shows(one, '1.ts'));
  });

  test('is a code block where no files can be sent, if it is short and a text', async () => {
    const one = await worked(false);
    one.agent.shelf.changed = changed('a.ts', 'long.ts', 'b.bin');
    one.agent.shelf.files.set('a.ts', { type: 'file', bytes: bytes('let a = 1;\r\n') });
    one.agent.shelf.files.set('long.ts', { type: 'file', bytes: bytes('long '.repeat(1000)) });
    one.agent.shelf.files.set('b.bin', { type: 'file', bytes: new Uint8Array([0, 1]) });
    await one.say('!file a.ts');
    await one.sees(() => shows(one, '`a.ts`\n\n```ts\nlet a = 1;\n```'));
    await one.say('!file long.ts');
    await whispered(one, '`long.ts` is too long for a message');
    await one.say('!file b.bin');
    await whispered(one, '`b.bin` is no text');
  });

  test('has the secrets that we know blotted out, and says so', async () => {
    const one = await worked(true, { secrets: createRedactor(['hunter2']) });
    one.agent.shelf.changed = changed('notes.md');
    one.agent.shelf.files.set('notes.md', { type: 'file', bytes: bytes('the password is hunter2') });
    await one.say('!file notes.md');
    await one.sees(() => files(one).length === 1);
    expect(files(one)[0]).toMatchObject({
      bytes: 'the password is [redacted]',
      markdown: '`notes.md`\nA secret in it was blotted out.',
    });
  });

  test('has them blotted out in UTF-16 as well, and stays in it', async () => {
    const one = await worked(true, { secrets: createRedactor(['hunter2']) });
    one.agent.shelf.changed = changed('notes.md');
    const wide = Buffer.from('\uFEFFthe password is hunter2', 'utf16le');
    one.agent.shelf.files.set('notes.md', { type: 'file', bytes: wide });
    await one.say('!file notes.md');
    await one.sees(() => files(one).length === 1);
    expect(files(one)[0]?.bytes).toBe(
      Buffer.from('\uFEFFthe password is [redacted]', 'utf16le').toString('utf8'),
    );
  });

  test.each([
    ['a NUL', Buffer.from('the password\0 is hunter2')],
    ['a byte that is no UTF-8', Buffer.concat([Buffer.from([0xff]), Buffer.from(' hunter2')])],
    ['UTF-16 that does not say so', Buffer.from('the password is hunter2', 'utf16le')],
    ['UTF-16 amid other bytes', Buffer.concat([Buffer.from([0, 1, 2]), Buffer.from('hunter2', 'utf16le')])],
  ])('that is no text and holds one is not sent: %s', async (_, holding) => {
    const one = await worked(true, { secrets: createRedactor(['hunter2']) });
    one.agent.shelf.changed = changed('notes.bin', 'plain.bin');
    one.agent.shelf.files.set('notes.bin', { type: 'file', bytes: holding });
    one.agent.shelf.files.set('plain.bin', { type: 'file', bytes: new Uint8Array([0, 1, 2]) });
    await one.say('!file notes.bin');
    await whispered(one, '`notes.bin` is not sent: it holds a secret that Dragoman knows');
    await one.say('!file plain.bin');
    await one.sees(() => files(one).length === 1);
    expect(files(one)[0]).toMatchObject({ name: 'plain.bin' });
  });

  test('that was asked for before a crash is there after it, once', async () => {
    const one = await worked(true);
    one.agent.shelf.changed = changed('a.ts');
    one.agent.shelf.files.set('a.ts', { type: 'file', bytes: bytes('as it was') });
    one.platform.faults.push({
      call: 'upload',
      failure: { reason: 'rate-limited', retryAfterMs: 600_000 },
    });
    await one.say('!file a.ts');
    await one.sees(
      async () =>
        one.platform.faults.length === 0 && (await one.store.inbox.pending(one.agent.server, 1)).length === 0,
    );
    await kernels.pop()?.stop();
    one.agent.shelf.files.clear();
    kernels.push(one.start('two'));
    await one.sees(() => files(one).length === 1);
    expect(files(one)).toMatchObject([{ name: 'a.ts', bytes: 'as it was' }]);
    expect(await one.store.ledger.unsaid(one.agent.server)).toEqual([]);
  });

  test('that the platform will not take is told, and the thread goes on', async () => {
    const one = await worked(true);
    one.agent.shelf.changed = changed('a.ts');
    one.agent.shelf.files.set('a.ts', { type: 'file', bytes: bytes('a') });
    one.platform.faults.push({ call: 'upload', failure: { reason: 'forbidden' } });
    await one.say('!file a.ts');
    await one.sees(() => shows(one, '`a.ts` could not be sent: the bot may not send files here.'));
    await one.say('!file a.ts');
    await one.sees(() => files(one).length === 1);
  });
});

describe('what a tool printed', () => {
  const printed = (text: string, more: object = {}) => ({
    tool: 'bash',
    subject: 'npm test',
    text,
    unfinished: false,
    cut: false,
    ...more,
  });

  test('is a code block where it is short, without colours and secrets', async () => {
    const one = await worked(true, { secrets: createRedactor(['hunter2']) });
    one.agent.shelf.outputs = [printed('\u001b[31mred\u001b[0m hunter2\r\nend\n'), printed('older')];
    await one.say('!output');
    await one.sees(() => shows(one, 'bash `npm test`\n\n```text\nred [redacted]\nend\n```'));
    await one.say('!output 2');
    await one.sees(() => shows(one, '```text\nolder\n```'));
    await one.say('!output 3');
    await whispered(one, 'Only 2 tools printed something in this session; `!output 2` shows the first.');
    await one.say('!output many');
    await whispered(one, 'Say how far back');
  });

  test('is a file where it is long, and says where it is only a part', async () => {
    const one = await worked(true);
    const text = Array.from({ length: 61 }, (_, index) => `line ${index}`).join('\n');
    one.agent.shelf.outputs = [printed(text, { cut: true, unfinished: true })];
    await one.say('!output');
    await one.sees(() => files(one).length === 1);
    expect(files(one)[0]).toMatchObject({ name: 'output.txt', mime: 'text/plain', bytes: text });
    expect(files(one)[0]?.markdown).toBe(
      'bash `npm test` · 477 characters\nIt still runs.\nThis is a part: the agent server keeps 2,000 lines or 50 kB of it, and the rest in a file on its machine.',
    );
  });

  test('is cut where no files can be sent', async () => {
    const one = await worked(false);
    one.agent.shelf.outputs = [printed('long '.repeat(1000))];
    await one.say('!output');
    await one.sees(() => shows(one, 'more characters'));
    expect(one.platform.message('more characters').content.markdown.length).toBeLessThanOrEqual(2000);
  });
});
