/** What leaves for a platform holds no secret that this process knows, in whatever form it leaves. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concealingAdapter } from '../../../src/app/concealed.ts';
import type { ChannelAdapter, OutboundFile, OutboundMessage } from '../../../src/core/channel.ts';
import { createRedactor } from '../../../src/lib/redact.ts';

const password = 'k3Zt-q9_pVx7Lm2sWd8Yc4Rb6Nf1Hg5Ja0Te';
const address = { platform: 'chat', channel: 'c', thread: 't' } as Parameters<ChannelAdapter['post']>[0];

function rig(secrets: readonly string[] = [password]) {
  const shown: string[] = [];
  const told = (value: unknown) =>
    shown.push(
      JSON.stringify(value, (_, one) => (one instanceof Uint8Array ? new TextDecoder().decode(one) : one)),
    );
  const adapter = {
    id: 'chat',
    post: async (_: unknown, message: OutboundMessage) => {
      told(message);
      return 'm';
    },
    edit: async (_: unknown, __: unknown, message: OutboundMessage) => void told(message),
    upload: async (_: unknown, file: OutboundFile) => {
      told(file);
      return 'm';
    },
    whisper: async (_: unknown, text: string) => void told(text),
    entitle: async (_: unknown, title: string) => void told(title),
  } as unknown as ChannelAdapter;
  return { shown, adapter: concealingAdapter(adapter, createRedactor(secrets)) };
}

const message = (markdown: string, live = false): OutboundMessage => ({
  ...{ kind: 'text', markdown, footnote: `small ${password}`, buttons: [], live, silent: true },
});

test('in a post, an edit, small print, a file and its caption, a whisper and a title', async () => {
  const { shown, adapter } = rig();
  const text = `OPENCODE_SERVER_PASSWORD=${password} and ${btoa(`x${password}`)}`;
  const bytes = new TextEncoder().encode(text);
  const file: OutboundFile = {
    name: 'answer.md',
    mime: 'text/markdown',
    bytes,
    markdown: text,
    silent: true,
  };
  const id = 'm' as Parameters<ChannelAdapter['edit']>[1];
  await adapter.post(address, message(text), 'k');
  await adapter.edit(address, id, message(text, true));
  await adapter.upload?.(address, file, 'k');
  await adapter.whisper?.({} as Parameters<NonNullable<ChannelAdapter['whisper']>>[0], text);
  await adapter.entitle?.(address, text);
  expect(shown).toHaveLength(5);
  for (const one of shown) {
    expect(one).toContain('OPENCODE_SERVER_PASSWORD=[redacted]');
    expect(one).not.toContain(password);
  }
});

test('while a text grows, not even the beginning of one stands there', async () => {
  const { shown, adapter } = rig();
  for (let length = 1; length <= password.length; length += 1) {
    const grown = `It is:\n\n\`\`\`\nPASSWORD=${password.slice(0, length)}\n\`\`\``;
    await adapter.post(address, message(grown, true), 'k');
    expect(shown.at(-1)).not.toContain(password.slice(0, 6));
  }
});

test('a card keeps the whole act: what merely looks like a secret, and words that happen to be a password', async () => {
  const { shown, adapter } = rig(['disabled', 'short1', password]);
  const command =
    'curl -H "Authorization: Bearer abcdef123456" https://ann:pw@db.example/x # disabled short1';
  await adapter.post(address, message(command), 'k');
  expect(JSON.parse(shown[0] ?? '{}').markdown).toBe(command);
});

test('a text without a secret is left as it is, whatever it holds', () => {
  const redactor = createRedactor([password]);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.boolean(), (text, unfinished) => {
      expect(redactor.shown(text, unfinished)).toBe(text);
    }),
  );
});
