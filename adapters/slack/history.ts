/** What was said before a message, for the agent's context; of a long thread only what can be read in a few pages. */
import { z } from 'zod';
import type { Author, MessageId, Said, ThreadAddress } from '../../src/core/channel.ts';
import type { Client } from './client.ts';
import type { Self } from './identity.ts';
import { gestureOf, main, platform, type Writer } from './inbound.ts';
import { nameless, type People } from './people.ts';
import { meet, namesOf, type Places } from './places.ts';
import { read, type SaidWire, said } from './wire.ts';
import { readable } from './wording.ts';

export interface HistoryDeps {
  readonly client: Client;
  readonly self: Self;
  readonly people: People;
  readonly places: Places;
}

/** Messages a page. */
const pageSize = 200;
/** A thread is told from its beginning on; of one that is longer than this many pages the end is not known. */
const mostPages = 10;

const pageShape = z.object({
  messages: z.array(said).default([]),
  response_metadata: z.object({ next_cursor: z.string().nullish() }).nullish(),
});

/** What people and other programs said there before, oldest first; without what we said, and what has no words. */
export async function history(
  deps: HistoryDeps,
  { channel, thread }: ThreadAddress,
  before: MessageId,
  limit: number,
): Promise<readonly Said[]> {
  // A mention opens its thread: nothing stands above it.
  if (thread === before || limit <= 0) return [];
  const all = await (thread === main
    ? ofChannel(deps.client, channel, before)
    : ofThread(deps.client, { channel, thread }, before));
  const earlier = new Map(all.filter(({ ts }) => ts < before).map((message) => [message.ts, message]));
  const gestures = [...earlier.values()]
    .toSorted((a, b) => Number(a.ts) - Number(b.ts))
    .flatMap((message) => {
      const gesture = gestureOf({ ...message, type: 'message', channel }, deps.self);
      return gesture?.type === 'said' && gesture.text.trim() !== '' ? [gesture] : [];
    })
    .slice(-limit);
  return Promise.all(
    gestures.map(async ({ message, writer, text, at }) => {
      const author = await authorOf(deps, writer);
      await meet(deps.people, deps.places, deps.self, text);
      const names = namesOf(deps.people, deps.places);
      return { message, author, text: readable(text, deps.self.user, names), at: Math.round(at) };
    }),
  );
}

/** Who cannot be looked up now goes without a name: it is context, and decides nothing. */
async function authorOf({ people }: HistoryDeps, writer: Writer): Promise<Author> {
  return people.author(writer).catch(() => ({ id: `${platform}:${writer.user}`, name: nameless }));
}

/** The first message comes with every page. */
async function ofThread(
  client: Client,
  { channel, thread }: Pick<ThreadAddress, 'channel' | 'thread'>,
  before: MessageId,
): Promise<readonly SaidWire[]> {
  const all: SaidWire[] = [];
  let cursor = '';
  for (let page = 0; page < mostPages; page += 1) {
    const answer = await client.conversations.replies({
      channel,
      ts: thread,
      latest: before,
      limit: pageSize,
      ...(cursor === '' ? {} : { cursor }),
    });
    const { messages, response_metadata: metadata } = read(pageShape, answer);
    all.push(...messages);
    cursor = metadata?.next_cursor ?? '';
    if (cursor === '') break;
  }
  return all;
}

async function ofChannel(client: Client, channel: string, before: MessageId): Promise<readonly SaidWire[]> {
  const answer = await client.conversations.history({ channel, latest: before, limit: pageSize });
  return read(pageShape, answer).messages;
}
