import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
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

const uploads = { maxBytes: 100_000 };
/** Some eight messages. */
const long = Array.from({ length: 150 }, (_, index) => `Line ${index}: ${'words '.repeat(15)}`.trim()).join(
  '\n\n',
);

type Abilities = NonNullable<Parameters<typeof createWorld>[1]>['abilities'];

function worldOf(abilities: Abilities = {}): World {
  const one = createWorld(shared.store, { abilities: { uploads, whisper: false, ...abilities } });
  kernels.push(one.start());
  return one;
}

/** Up to the end of a long answer that is not shown yet. */
async function answering(abilities?: Abilities): Promise<World> {
  const one = worldOf(abilities);
  await one.say('tell me all');
  await one.sees(() => one.agent.prompts.length === 1);
  one.agent.write(long);
  await one.sees(() => shows(one, '… goes on; the whole answer follows as a file.'));
  return one;
}

const shows = ({ platform }: World, text: string) => platform.screen().some((shown) => shown.includes(text));
const delivered = async (one: World) => (await one.store.prompts.unfinished(one.agent.server)).length === 0;
const lines = ({ platform }: World) => platform.screen().filter((text) => text.includes('Line '));
const texts = (one: World) =>
  one.platform.uploaded().map(({ name, bytes }) => [name, new TextDecoder().decode(bytes)]);
const answer = ['answer.md', `${long}\n`];

describe('a long answer', () => {
  test('grows over four messages, and then is a file', async () => {
    const one = await answering();
    expect(lines(one)).toHaveLength(4);
    one.agent.end();
    await one.sees(() => delivered(one));
    expect(lines(one)).toHaveLength(4);
    expect(lines(one).at(-1)).toContain(
      `The whole answer is in answer.md (${long.length.toLocaleString('en-US')} characters).`,
    );
    expect(texts(one)).toEqual([answer]);
    expect(one.platform.screen().at(-1)).toContain('| ⎙ answer.md');
  });

  test.each<[string, Abilities]>([
    ['found', { find: true }],
    ['recognised', { find: false, recognises: true }],
  ])('is one file where the answer to its upload was lost (%s)', async (_name, abilities) => {
    const one = await answering(abilities);
    one.platform.faults.push({ call: 'upload', cut: true });
    one.agent.end();
    await one.sees(() => delivered(one));
    expect(one.platform.faults).toEqual([]);
    expect(texts(one)).toEqual([answer]);
  });

  test('says so where nobody can find out whether the file arrived', async () => {
    const one = await answering({ find: false });
    one.platform.faults.push({ call: 'upload', failure: { reason: 'rate-limited', retryAfterMs: 1 } });
    one.platform.faults.push({ call: 'upload', cut: true });
    one.agent.end();
    await one.sees(() => delivered(one));
    const [first, second] = one.platform.uploaded();
    expect(first?.markdown).not.toContain('Sent again');
    expect(second?.markdown).toContain(
      'Sent again, since it is not known whether it arrived the first time.',
    );
    expect(one.platform.uploaded()).toHaveLength(2);
  });

  test('goes on in messages where the file is refused, also for the next process', async () => {
    const one = await answering();
    one.platform.faults.push({ call: 'upload', failure: { reason: 'forbidden' } });
    one.platform.faults.push({ call: 'post', failure: { reason: 'rate-limited', retryAfterMs: 600_000 } });
    one.agent.end();
    await one.sees(() => one.platform.faults.length === 0);
    await kernels.pop()?.stop();
    kernels.push(one.start('two'));
    await one.sees(() => delivered(one));
    expect(texts(one)).toEqual([]);
    expect(lines(one).length).toBeGreaterThan(4);
    for (const index of [0, 75, 149]) expect(shows(one, `Line ${index}:`)).toBe(true);
    expect(shows(one, 'answer.md')).toBe(false);
  });

  test('is uploaded once where the process ends on the way', async () => {
    const one = await answering();
    one.platform.faults.push({ call: 'upload', cut: true });
    one.platform.faults.push({ call: 'find', failure: { reason: 'rate-limited', retryAfterMs: 600_000 } });
    one.agent.end();
    await one.sees(() => one.platform.faults.length === 0);
    await kernels.pop()?.stop();
    kernels.push(one.start('two'));
    await one.sees(() => delivered(one));
    expect(texts(one)).toEqual([answer]);
    expect(lines(one)).toHaveLength(4);
  });

  test('goes on in messages where the platform takes no files', async () => {
    const one = worldOf({ uploads: 'none' });
    await one.say('tell me all');
    await one.sees(() => one.agent.prompts.length === 1);
    one.agent.write(long);
    one.agent.end();
    await one.sees(() => delivered(one));
    expect(lines(one).length).toBeGreaterThan(4);
    expect(shows(one, 'answer.md')).toBe(false);
  });
});
