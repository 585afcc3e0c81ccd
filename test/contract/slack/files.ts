/** The parts of Slack's rig that see to files and refusals. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FakeMessage } from '../../fake/slack/world.ts';
import type { FakeSlack } from '../../fake/slack.ts';
import type { Downloads, SeenFile, Uploads } from '../adapter/file-rig.ts';
import type { Reason } from '../adapter/rig.ts';

/** A host that is not the platform's, and counts who comes. */
export interface Elsewhere {
  readonly url: string;
  visits(): number;
  close(): Promise<void>;
}

export async function startElsewhere(): Promise<Elsewhere> {
  const state = { visits: 0 };
  const server = createServer((_, response) => {
    state.visits += 1;
    response.end('stolen');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    visits: () => state.visits,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function downloadsOf({ faults, world }: FakeSlack, { url, visits }: Elsewhere): Downloads {
  const next = world.served.next;
  return {
    serve: {
      hangs: () => void next.push('hangs'),
      endless: () => void next.push('endless'),
      cut: () => void next.push('cut'),
      gone: () =>
        faults.onCall('files.info', {
          type: 'answer',
          status: 200,
          body: { ok: false, error: 'file_deleted' },
        }),
      elsewhere: () => faults.onCall('download', { type: 'answer', status: 302, headers: { location: url } }),
    },
    served: () => world.served.bytes,
    strays: visits,
  };
}

export function uploadsOf(slack: FakeSlack): Uploads {
  return {
    async bytes({ channel }, id, name) {
      const named = slack.message(channel, id)?.files.find((file) => file['name'] === name);
      return slack.world.files.get(String(named?.['id']))?.bytes ?? new Uint8Array();
    },
    refuse: refusals(slack, 'files.completeUploadExternal'),
    loseAnswer: () => slack.faults.onCall('files.completeUploadExternal', { type: 'apply-then-cut' }),
  };
}

export function filesOf({ files }: FakeMessage): readonly SeenFile[] {
  return files.map(({ name, size }) => ({ name: String(name), size: Number(size) }));
}

const words: Readonly<Record<Reason, string>> = {
  'rate-limited': 'ratelimited',
  unavailable: 'internal_error',
  gone: 'thread_not_found',
  forbidden: 'is_archived',
  rejected: 'msg_too_long',
  unknown: 'team_is_out_for_lunch',
};

/** As many as a message has forms, or more. */
const mostForms = 3;

export function refusals({ faults }: FakeSlack, calls: string | RegExp) {
  const refuse = (reason: Reason) => (retryAfterMs: number) =>
    faults.onCall(
      calls,
      {
        type: 'answer',
        status: reason === 'rate-limited' ? 429 : 200,
        headers: reason === 'rate-limited' ? { 'retry-after': String(retryAfterMs / 1000) } : {},
        body: { ok: false, error: words[reason] },
      },
      { times: reason === 'rejected' || reason === 'unknown' ? mostForms : 1 },
    );
  return {
    'rate-limited': refuse('rate-limited'),
    unavailable: refuse('unavailable'),
    gone: refuse('gone'),
    forbidden: refuse('forbidden'),
    rejected: refuse('rejected'),
    unknown: refuse('unknown'),
  };
}
