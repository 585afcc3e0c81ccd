/** What stands in a thread of a stand-in, message by message, with the marks that its platform draws. */

import { messagesOf as discordMessages, type Json, messageType } from '../fake/discord/world.ts';
import type { FakeDiscord } from '../fake/discord.ts';
import { isObject } from '../fake/slack/blocks.ts';
import { buttonsOf } from '../fake/slack/people.ts';
import { messagesOf as slackMessages } from '../fake/slack/world.ts';
import type { FakeSlack } from '../fake/slack.ts';
import type { FakeTelegram } from '../fake/telegram.ts';

export interface Entry {
  readonly from: string;
  readonly text: string;
  readonly small: string;
  readonly buttons: readonly string[];
}

const textsOf = (list: unknown) =>
  (Array.isArray(list) ? list : []).map((one) => (isObject(one) ? String(one['text'] ?? '') : ''));

export function slackEntries({ world }: FakeSlack, channel: string, thread: string): readonly Entry[] {
  return slackMessages(world, channel, thread).map((message) => {
    const { blocks } = message;
    const texts = blocks.flatMap((block) =>
      block['type'] === 'markdown'
        ? [String(block['text'])]
        : isObject(block['text'])
          ? [String(block['text']['text'])]
          : [],
    );
    return {
      from: world.users.get(message.user)?.name ?? '',
      text: (blocks.length === 0 ? message.text : texts.join('\n')).replace(/<@\w+>/g, '@Dragoman'),
      small: blocks
        .flatMap((block) => (block['type'] === 'context' ? textsOf(block['elements']) : []))
        .join('\n'),
      buttons: buttonsOf(message).map(({ label }) => label),
    };
  });
}

export function discordEntries({ world }: FakeDiscord, channel: string): readonly Entry[] {
  return discordMessages(world, channel).map((message) => {
    // A thread shows the message that it began from above all others.
    const first =
      message.type === messageType.starter ? world.messages.get(message.reference ?? '') : undefined;
    const { author, content, components } = first ?? message;
    const lines = content.replace(/<@!?\d+>/g, '@Dragoman').split('\n');
    return {
      from: world.users.get(author)?.name ?? '',
      text: lines.filter((line) => !line.startsWith('-# ')).join('\n'),
      small: lines.flatMap((line) => (line.startsWith('-# ') ? [line.slice(3)] : [])).join('\n'),
      buttons: components.flatMap((row) =>
        ((row['components'] ?? []) as readonly Json[]).map((part) => String(part['label'] ?? '')),
      ),
    };
  });
}

export function telegramEntries(telegram: FakeTelegram, chat: number): readonly Entry[] {
  return telegram.messages(chat).map(({ from, text, buttons }) => {
    const [, body = text, small = ''] = /^([\s\S]*?)\n\n_([^_]+)_$/.exec(text) ?? [];
    return { from, text: body, small, buttons: buttons.flat() };
  });
}
