import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type {
  ChannelAdapter,
  InboundEvent,
  MessageId,
  OutboundMessage,
  ThreadAddress,
} from '../../src/core/channel.ts';

/** One adapter with its platform, running, and a person on it. */
export interface ChannelUnderTest {
  readonly adapter: ChannelAdapter;
  /** A thread that a person has begun. */
  readonly address: ThreadAddress;
  /** What the gateway has been given. */
  readonly events: readonly InboundEvent[];
  /** From now on the gateway stores nothing (its `receive` rejects), or stores again. */
  breakStore(broken: boolean): void;
  /** A person writes; true: the platform was told that it has arrived. */
  write(text: string): Promise<boolean>;
  /** A person presses a button of a message. */
  press(message: MessageId, token: string): Promise<void>;
  /** The texts of the thread from top to bottom, as a person sees them. */
  screen(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** What every platform must do, whatever it is. */
export function channelContract(name: string, start: () => Promise<ChannelUnderTest>): void {
  const running: ChannelUnderTest[] = [];
  const begin = async () => {
    const channel = await start();
    running.push(channel);
    return channel;
  };

  afterEach(async () => {
    await Promise.all(running.splice(0).map((channel) => channel.stop()));
  });

  describe(`${name} is a channel`, () => {
    outboundContract(begin);
    inboundContract(begin);
    capabilityContract(begin);
  });
}

const words = (markdown: string, changes: Partial<OutboundMessage> = {}): OutboundMessage => ({
  kind: 'text',
  markdown,
  buttons: [],
  live: false,
  silent: true,
  ...changes,
});

function outboundContract(begin: () => Promise<ChannelUnderTest>): void {
  test('messages stand in the order of their posts', async () => {
    const { adapter, address, screen } = await begin();
    for (const word of ['one', 'two', 'three']) await adapter.post(address, words(word), `key-${word}`);
    expect((await screen()).slice(-3)).toEqual(['one', 'two', 'three']);
  });

  test('a message grows in place', async () => {
    const { adapter, address, screen } = await begin();
    const id = await adapter.post(address, words('gro', { live: true }), 'key-1');
    await adapter.post(address, words('below'), 'key-2');
    await adapter.edit(address, id, words('growing', { live: true }));
    await adapter.edit(address, id, words('grown'));
    await adapter.edit(address, id, words('grown'));
    expect((await screen()).slice(-2)).toEqual(['grown', 'below']);
  });

  test('a message that is gone says so', async () => {
    const { adapter, address } = await begin();
    const id = await adapter.post(address, words('short-lived'), 'key-1');
    if (adapter.remove === undefined) return;
    await adapter.remove(address, id);
    await expect(adapter.edit(address, id, words('late'))).rejects.toMatchObject({
      failure: { reason: 'gone' },
    });
    await adapter.remove(address, id);
  });

  test('a post whose outcome was lost is found, or made once', async () => {
    const { adapter, address, screen } = await begin();
    const id = await adapter.post(address, words('only once'), 'key-1');
    if (adapter.find !== undefined) {
      expect(await adapter.find(address, 'key-1')).toBe(id);
      expect(await adapter.find(address, 'key-2')).toBeUndefined();
    }
    if (adapter.capabilities.recognisesRepeatedPost)
      expect(await adapter.post(address, words('only once'), 'key-1')).toBe(id);
    expect((await screen()).filter((text) => text === 'only once')).toHaveLength(1);
  });
}

function inboundContract(begin: () => Promise<ChannelUnderTest>): void {
  test('what a person writes arrives whole, from a stable author, in its thread', async () => {
    const { adapter, address, events, write } = await begin();
    await write('first');
    await write('second & <third>');
    const said = events.filter((event) => event.type === 'message').slice(-2);
    expect(said.map(({ text }) => text)).toEqual(['first', 'second & <third>']);
    expect(new Set(said.map(({ author }) => author.id)).size).toBe(1);
    expect(said[0]?.author.id).toMatch(new RegExp(`^${adapter.id}:.`));
    expect(said.map((event) => event.address)).toEqual([address, address]);
    expect(new Set(said.map(({ id }) => id)).size).toBe(2);
  });

  test('nothing is acknowledged that is not stored', async () => {
    const channel = await begin();
    channel.breakStore(true);
    expect(await channel.write('not stored')).toBe(false);
    channel.breakStore(false);
    expect(await channel.write('stored')).toBe(true);
  });

  test('a button brings its token back', async () => {
    const { adapter, address, events, press } = await begin();
    const token = 'x'.repeat(64);
    const buttons = [{ label: 'Allow once', token, style: 'primary' as const }];
    const id = await adapter.post(address, words('Wants to run', { kind: 'request', buttons }), 'key-1');
    await press(id, token);
    expect(events.at(-1)).toMatchObject({ type: 'button', message: id, token, address });
  });
}

function capabilityContract(begin: () => Promise<ChannelUnderTest>): void {
  test('an ability is there where the data says so', async () => {
    const { adapter } = await begin();
    const { edits, rates, maxLength, buttons } = adapter.capabilities;
    expect(maxLength).toBeGreaterThan(0);
    expect(buttons.perMessage).toBeGreaterThan(0);
    expect(rates.every(({ limit, windowMs }) => limit > 0 && windowMs > 0)).toBe(true);
    expect(['any', 'append', 'none']).toContain(edits);
  });

  test('what measure allows is taken', async () => {
    const { adapter, address } = await begin();
    const { measure, maxLength } = adapter.capabilities;
    let key = 0;
    const text = fc.string({
      unit: fc.constantFrom('a', '*', '`', '<', '&', '界', '\n', '```\n', '| - |\n', '\u{1F600}'),
    });
    await fc.assert(
      fc.asyncProperty(text, async (part) => {
        key += 1;
        const most = Math.floor(maxLength / Math.max(1, measure(part)));
        const whole = part.repeat(part === '' ? 0 : most);
        if (measure(whole) > maxLength) return;
        await adapter.post(address, words(whole || 'x'), `long-${key}`);
      }),
      { numRuns: 25 },
    );
  });
}
