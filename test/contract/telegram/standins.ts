/** Our own stand-in and one that others made, as far as both can do the same. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTelegramServer } from '@openclaw/crabline';
import { expect } from 'vitest';
import { startTelegram } from '../../fake/telegram.ts';

interface Sent {
  readonly method: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** What both can do. */
export interface StandIn {
  readonly url: string;
  readonly token: string;
  /** A private chat, and a group that is no forum, in which somebody writes. */
  readonly chat: number;
  readonly group: number;
  /** A forum with two topics. */
  readonly forum: { readonly chat: number; readonly topics: readonly [number, number] };
  say(chat: number, text: string): Promise<void>;
  /** The address under which it reaches an HTTP server of ours. */
  webhook(origin: string): string;
  /** Messages that were posted or edited. */
  sent(): readonly Sent[];
  stop(): Promise<void>;
}

export const bot = 'dragoman_bot';

export async function ours(): Promise<StandIn> {
  const telegram = await startTelegram();
  // The other one knows no rich messages and no previews.
  Object.assign(telegram.world.abilities, { rich: false, drafts: false, ephemeral: false });
  const ann = telegram.person('Ann');
  const group = telegram.group('Team').id;
  const forum = telegram.group('Forum', { forum: true });
  return {
    url: telegram.url,
    token: telegram.token,
    chat: ann.chat,
    group,
    forum: { chat: forum.id, topics: [forum.openTopic('One'), forum.openTopic('Two')] },
    say: async (chat, text) => void ann.say(chat, text),
    webhook(origin) {
      telegram.world.hosts.set('dragoman.example.org', origin);
      return 'https://dragoman.example.org';
    },
    sent: () => telegram.requests.filter(({ method }) => isWriting(method)),
    stop: () => telegram.stop(),
  };
}

/** Known as a forum from what is first said there. */
const theirForum = -1_001_234_567_891;

export async function theirs(): Promise<StandIn> {
  const directory = await mkdtemp(join(tmpdir(), 'crabline-'));
  const sent: Sent[] = [];
  const token = '7000001:AAFakeTokenOfTheStandInForTestsOnly';
  const { manifest, close } = await startTelegramServer({
    botToken: token,
    botId: 7_000_001,
    botUsername: bot,
    recorderPath: join(directory, 'calls.jsonl'),
    onEvent({ path, body }) {
      const method = path.split('/').at(-1) ?? '';
      if (isWriting(method)) sent.push({ method, parameters: body as Sent['parameters'] });
    },
  });
  return {
    url: manifest.endpoints.apiRoot,
    token,
    chat: 100_200,
    group: -1_001_234_567_890,
    forum: { chat: theirForum, topics: [7, 8] },
    async say(chat, text) {
      const mention = text.indexOf(`@${bot}`);
      const entities = mention < 0 ? [] : [{ type: 'mention', offset: mention, length: bot.length + 1 }];
      const place = chat === theirForum ? { chatType: 'supergroup', isForum: true } : {};
      const response = await fetch(manifest.endpoints.adminInboundUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-crabline-admin-token': manifest.adminToken },
        body: JSON.stringify({ ...place, chatId: chat, text, fromId: 100_200, fromName: 'Ann', entities }),
      });
      expect(response.status).toBe(200);
    },
    webhook: (origin) => origin,
    sent: () => sent,
    async stop() {
      await close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const isWriting = (method: string) => /^(send(Rich)?Message|sendDocument|editMessageText)$/i.test(method);
