import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { FencedOutError } from '../../../src/core/errors.ts';
import {
  inboxId,
  promptId,
  serverMessageId,
  serverRequestId,
  serverSessionId,
  type ThreadId,
} from '../../../src/core/ids.ts';
import { noticeKey } from '../../../src/core/slot.ts';
import type { InboxRow, Lease, PromptRow, RequestRow, SessionRow, Store } from '../../../src/store/types.ts';
import { ann, fresh, hold, makePlace, message, type Place, type Rig } from './rig.ts';

/** Rows in such states that every leased call below would change something. */
interface Scene extends Place {
  readonly row: InboxRow;
  readonly queued: PromptRow;
  readonly sent: PromptRow;
  readonly request: RequestRow;
  readonly unbound: ThreadId;
  /** In no thread. */
  readonly free: SessionRow;
}

type Call = (store: Store, lease: Lease, scene: Scene) => Promise<unknown>;

const slot = '1/0/text/1';

/** Every call that takes a lease. */
const calls: Readonly<Record<string, Call>> = {
  'inbox.finish': ({ inbox }, lease, { row }) => inbox.finish(lease, row.id),
  'inbox.postpone': ({ inbox }, lease, { row }) => inbox.postpone(lease, row.id, 1000, 'later'),
  'threads.bind': ({ threads }, lease, { unbound }) => threads.bind(lease, unbound, '/d', 't'),
  'threads.begin': ({ threads }, lease, { thread }) => threads.begin(lease, thread.id, '/d'),
  'threads.attach': ({ threads }, lease, { unbound, free }) => threads.attach(lease, unbound, free.id),
  'threads.watch': ({ threads }, lease, { unbound, free }) => threads.watch(lease, unbound, free.id),
  'threads.detach': ({ threads }, lease, { thread }) => threads.detach(lease, thread.id),
  'threads.configure': ({ threads }, lease, { thread }) =>
    threads.configure(lease, thread.id, { verbosity: 'quiet' }),
  'overheard.keep': ({ overheard }, lease, { thread, row }) =>
    overheard.keep(lease, thread.id, { inbox: row.id, message: 'm', author: ann, text: 't', at: 0 }, 9),
  'overheard.change': ({ overheard }, lease, { thread }) =>
    overheard.change(lease, thread.id, 'overheard', 'changed'),
  'overheard.told': ({ overheard }, lease, { thread, row }) => overheard.told(lease, thread.id, row.id),
  'sessions.saw': ({ sessions }, lease, { session }) => sessions.saw(lease, session.id, 1),
  'sessions.rename': ({ sessions }, lease, { session }) => sessions.rename(lease, session.id, 'another'),
  'sessions.adopt': ({ sessions }, lease, { server }) =>
    sessions.adopt(lease, {
      server,
      project: 'api',
      directory: '/d',
      title: 't',
      serverSession: serverSessionId(fresh('ses')),
    }),
  'sessions.setSession': ({ sessions }, lease, { session }) =>
    sessions.setSession(lease, session.id, serverSessionId('ses_9')),
  'prompts.enqueue': ({ prompts }, lease, scene) => prompts.enqueue(lease, newPrompt(scene), 0),
  'prompts.adopt': ({ prompts }, lease, { session, thread }) =>
    prompts.adopt(lease, {
      session: session.id,
      thread: thread.id,
      author: ann,
      messageId: serverMessageId(fresh('msg')),
      text: 'there',
      joins: undefined,
    }),
  'prompts.leaveRun': ({ prompts }, lease, { sent }) => prompts.leaveRun(lease, sent.id),
  'prompts.withdraw': ({ prompts }, lease, { queued }) => prompts.withdraw(lease, queued.id),
  'prompts.editPiece': ({ prompts }, lease, { thread, queued }) =>
    prompts.editPiece(lease, thread.id, queued.pieces[0]?.message ?? '', 'changed'),
  'prompts.withdrawPiece': ({ prompts }, lease, { thread, queued }) =>
    prompts.withdrawPiece(lease, thread.id, queued.pieces[0]?.message ?? ''),
  'prompts.markSent': ({ prompts }, lease, { queued }) =>
    prompts.markSent(lease, queued.id, serverMessageId(fresh('msg'))),
  'prompts.markAccepted': ({ prompts }, lease, { sent }) => prompts.markAccepted(lease, sent.id),
  'prompts.move': ({ prompts }, lease, { sent }) =>
    prompts.move(lease, sent.id, serverMessageId(fresh('msg')), 'context'),
  'prompts.markResumed': ({ prompts }, lease, { sent }) =>
    prompts.markResumed(lease, sent.id, { baseSegment: 1, owed: [], lost: [] }),
  'prompts.markStopping': ({ prompts }, lease, { sent }) => prompts.markStopping(lease, sent.id, ann.id),
  'prompts.settle': ({ prompts }, lease, { sent }) => prompts.settle(lease, sent.id, 'answered', {}),
  'prompts.markDelivered': ({ prompts }, lease, { sent }) => prompts.markDelivered(lease, sent.id),
  'requests.open': ({ requests }, lease, { request }) =>
    requests.open(
      lease,
      { ...request, request: { ...request.request, id: serverRequestId(fresh('per')) } },
      1000,
    ),
  'requests.decide': ({ requests }, lease, { request }) =>
    requests.decide(lease, request.id, { reply: 'once' }, ann),
  'requests.hear': ({ requests }, lease, { request, thread }) =>
    requests.hear(lease, request.id, { by: ann, text: 'yes', message: 'm', thread: thread.id }),
  'requests.close': ({ requests }, lease, { request }) => requests.close(lease, request.id, 'expired'),
  'ledger.begin': ({ ledger }, lease, { thread }) => ledger.begin(lease, thread.id, '1/0/text/2', 'key'),
  'ledger.posted': ({ ledger }, lease, { thread }) => ledger.posted(lease, thread.id, slot, 'm', 'h'),
  'ledger.shown': ({ ledger }, lease, { thread }) => ledger.shown(lease, thread.id, slot, 'h2'),
  'ledger.say': ({ ledger }, lease, { thread }) =>
    ledger.say(lease, thread.id, noticeKey(fresh('slot')), 'key', {
      kind: 'notice',
      markdown: 'x',
      buttons: [],
      live: false,
      silent: true,
    }),
  'ledger.refused': ({ ledger }, lease, { thread }) => ledger.refused(lease, thread.id, slot, 'h'),
  'ledger.removed': ({ ledger }, lease, { thread }) => ledger.removed(lease, thread.id, slot),
  'ledger.leave': ({ ledger }, lease, { thread }) => ledger.leave(lease, thread.id, promptId(1)),
};

export function fencingSuite(rig: Rig): void {
  describe('fencing', () => {
    const scenes: Scene[] = [];
    beforeAll(async () => {
      scenes.push(await makeScene(rig.store));
    });
    const scene = () => scenes[0] ?? missing();

    test('every call that takes a lease is in the table', async () => {
      const files = ['types.ts', 'request-types.ts', 'session-types.ts', 'overheard-types.ts'].map((name) =>
        readFile(new URL(`../../../src/store/${name}`, import.meta.url), 'utf8'),
      );
      const contract = (await Promise.all(files)).join('\n');
      const taking = [...contract.matchAll(/^ {2}(\w+)\(\s*lease: Lease/gm)].map(([, name]) => name);
      const known = Object.keys(calls).map((name) => name.split('.')[1]);
      expect(taking.filter((name) => name !== 'renew' && name !== 'release').toSorted()).toEqual(
        known.toSorted(),
      );
    });

    test.each(
      Object.entries(calls),
    )('%s writes nothing for a holder that was fenced out', async (_, call) => {
      const name = fresh('lease');
      const stale = await hold(rig.store, name, 'us', 60_000);
      await hold(rig.store, name, 'us', 60_000);
      const before = await contents(rig);
      await expect(call(rig.store, stale, scene())).rejects.toBeInstanceOf(FencedOutError);
      expect(await contents(rig)).toBe(before);
    });

    test('a lease that has run out is none, even where nobody else took it', async () => {
      const lease = await hold(rig.store, fresh('lease'), 'us', 0);
      await expect(rig.store.inbox.finish(lease, scene().row.id)).rejects.toBeInstanceOf(FencedOutError);
    });

    test.each(Object.entries(calls))('%s writes something for the holder', async (_, call) => {
      const fresh = await makeScene(rig.store);
      const before = await contents(rig);
      await call(rig.store, fresh.lease, fresh);
      expect(await contents(rig)).not.toBe(before);
    });
  });
}

async function makeScene(store: Store): Promise<Scene> {
  const place = await makePlace(store);
  const { lease, server, thread } = place;
  const event = message(fresh('thread'), 'unbound');
  await store.inbox.accept(event, { server, project: 'api' });
  const [row] = await store.inbox.pending(server, 1);
  const earlier = { inbox: inboxId(-(row?.id ?? 0)), message: 'overheard', author: ann, text: 't', at: 0 };
  await store.overheard.keep(lease, thread.id, earlier, 9);
  const sent = await store.prompts.enqueue(lease, newPrompt(place), 0);
  // It joined a run, so that leaving it changes something.
  await store.prompts.markSent(lease, sent.id, serverMessageId(fresh('msg')), sent.id);
  const queued = await store.prompts.enqueue(lease, newPrompt(place), 0);
  const asked = {
    kind: 'question' as const,
    id: serverRequestId(fresh('que')),
    session: serverSessionId('ses_1'),
    from: serverSessionId('ses_1'),
    questions: [],
  };
  const { session } = place;
  const request = await store.requests.open(
    lease,
    { session: session.id, prompt: sent.id, request: asked, position: 0, attempt: 0 },
    60_000,
  );
  const adopted = {
    server,
    project: 'api',
    directory: '/d',
    title: 'free',
    serverSession: serverSessionId(fresh('ses')),
  };
  const free = await store.sessions.adopt(lease, adopted);
  await store.ledger.begin(lease, thread.id, slot, 'key');
  if (row === undefined) missing();
  return { ...place, row, queued, sent, request, unbound: row.thread.id, free };
}

function newPrompt({ session, thread }: Place) {
  const piece = {
    inbox: inboxId(Number(fresh('9').replace('-', '00'))),
    message: fresh('message'),
    text: 'go',
  };
  return { session: session.id, thread: thread.id, author: ann, piece };
}

/** A digest of all rows but the leases'. */
async function contents({ db }: Rig): Promise<string> {
  const { rows } = await sql<{ digest: string }>`
    select md5(string_agg(line, '|' order by line)) as digest from (
      select row('inbox', inbox.*)::text as line from inbox
      union all select row('thread', thread.*)::text from thread
      union all select row('session', session.*)::text from session
      union all select row('overheard', overheard.*)::text from overheard
      union all select row('prompt', prompt.*)::text from prompt
      union all select row('request', request.*)::text from request
      union all select row('ledger', ledger.*)::text from ledger) as everything`.execute(db);
  return rows[0]?.digest ?? '';
}

function missing(): never {
  throw new Error('no such row');
}
