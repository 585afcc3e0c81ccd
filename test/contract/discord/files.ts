/** The parts of Discord's rig that see to files and refusals. */
import type { FakeFile, FakeMessage } from '../../fake/discord/world.ts';
import type { FakeDiscord } from '../../fake/discord.ts';
import type { Elsewhere } from '../adapter/elsewhere.ts';
import type { Downloads, SeenFile, Uploads } from '../adapter/file-rig.ts';

export function downloadsOf({ faults, world }: FakeDiscord, { url, visits }: Elsewhere): Downloads {
  const { storage } = world;
  const answer = (status: number, headers: Readonly<Record<string, string>>) => () =>
    faults.onCall('download', { type: 'answer', status, headers });
  return {
    serve: {
      hangs: () => void storage.next.push('hangs'),
      endless: () => void storage.next.push('endless'),
      cut: () => void storage.next.push('cut'),
      gone: answer(404, {}),
      elsewhere: answer(302, { location: url }),
    },
    served: () => storage.bytes,
    strays: visits,
  };
}

export function uploadsOf(discord: FakeDiscord): Uploads {
  const { world, faults } = discord;
  return {
    bytes: async (_address, id, name) =>
      world.messages.get(id)?.attachments.find((file) => file.name === name)?.bytes ?? new Uint8Array(),
    refuse: refusalsOf(discord, 'createMessage', 1),
    loseAnswer: () => faults.onCall('createMessage', { type: 'apply-then-cut' }),
  };
}

export function filesOf({ attachments }: FakeMessage): readonly SeenFile[] {
  return attachments.map(({ name, bytes }: FakeFile) => ({ name, size: bytes.length }));
}

const refusals = {
  'rate-limited': (ms: number) => ({
    status: 429,
    headers: { 'retry-after': String(ms / 1000), 'x-ratelimit-scope': 'user' },
    body: { message: 'You are being rate limited.', retry_after: ms / 1000, global: false },
  }),
  unavailable: () => ({ status: 502, body: '<html><h1>502 Bad Gateway</h1></html>' }),
  gone: () => ({ status: 404, body: { message: 'Unknown Channel', code: 10003 } }),
  forbidden: () => ({ status: 403, body: { message: 'Missing Permissions', code: 50013 } }),
  rejected: () => ({ status: 400, body: { message: 'Invalid Form Body', code: 50035, errors: {} } }),
  unknown: () => ({
    status: 400,
    body: { message: 'Something that nobody here has heard of', code: 987_654 },
  }),
} as const;

/** `forms`: in how many a message is tried that is refused. */
export function refusalsOf(
  { faults }: FakeDiscord,
  calls: string | RegExp,
  forms: number,
): Readonly<Record<keyof typeof refusals, (retryAfterMs: number) => void>> {
  const refuse = (reason: keyof typeof refusals) => (ms: number) =>
    faults.onCall(
      calls,
      { type: 'answer', ...refusals[reason](ms) },
      { times: reason === 'rejected' || reason === 'unknown' ? forms : 1 },
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
