/** Addresses that come with an interaction: 5 answers within 30 minutes. */
import { blocksProblem, listOf } from './blocks.ts';
import { Refusal } from './refusal.ts';
import { type Json, nextId, nextTs, type World } from './world.ts';

export interface ResponseUrls {
  create(user: string, channel: string, thread: string | undefined): string;
  /** What is posted to one of them. Throws `Refusal`. */
  answer(id: string, body: Json): void;
}

const mostUses = 5;
const lifeMs = 30 * 60_000;

interface Entry {
  readonly user: string;
  readonly channel: string;
  readonly thread: string | undefined;
  readonly at: number;
  uses: number;
}

export function createResponseUrls(world: World, base: () => string): ResponseUrls {
  const entries = new Map<string, Entry>();
  return {
    create(user, channel, thread) {
      const id = nextId(world, 'response-');
      entries.set(id, { user, channel, thread, at: world.clock.now(), uses: 0 });
      return `${base()}/response/${id}`;
    },
    answer(id, body) {
      const entry = entries.get(id);
      if (entry === undefined) throw new Refusal('no_such_url');
      if (world.clock.now() - entry.at > lifeMs) throw new Refusal('expired_url');
      entry.uses += 1;
      if (entry.uses > mostUses) throw new Refusal('used_url');
      const problem = blocksProblem(listOf(body['blocks']), 'message');
      if (problem !== undefined) throw new Refusal('invalid_blocks');
      if (String(body['text'] ?? '') === '' && listOf(body['blocks']).length === 0)
        throw new Refusal('no_text');
      world.messages.push({
        channel: entry.channel,
        ts: nextTs(world),
        thread: entry.thread,
        user: world.bot.user,
        botId: world.bot.id,
        clientId: undefined,
        text: String(body['text'] ?? ''),
        blocks: listOf(body['blocks']),
        metadata: undefined,
        files: [],
        edited: undefined,
        deleted: false,
        streaming: undefined,
        onlyFor: body['response_type'] === 'in_channel' ? undefined : entry.user,
      });
    },
  };
}
