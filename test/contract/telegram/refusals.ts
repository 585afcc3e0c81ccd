import type { FakeTelegram } from '../../fake/telegram.ts';
import type { Reason } from '../adapter/rig.ts';

const server = { ok: false };
const answers = {
  'rate-limited': (seconds: number) => ({
    status: 429,
    body: {
      ...server,
      error_code: 429,
      description: `Too Many Requests: retry after ${seconds}`,
      parameters: { retry_after: seconds },
    },
  }),
  unavailable: () => ({ status: 502, body: '<html><h1>502 Bad Gateway</h1></html>' }),
  gone: () => ({
    status: 400,
    body: { ...server, error_code: 400, description: 'Bad Request: message thread not found' },
  }),
  forbidden: () => ({
    status: 403,
    body: { ...server, error_code: 403, description: 'Forbidden: bot was blocked by the user' },
  }),
  rejected: () => ({
    status: 400,
    body: { ...server, error_code: 400, description: 'Bad Request: message is too long' },
  }),
  unknown: () => ({
    status: 400,
    body: { ...server, error_code: 400, description: 'Bad Request: PARAGRAPH_ODD_TODAY' },
  }),
} as const;

/** Rich, with marks, without; with a caption and without. */
const mostForms = 3;

/** The next call of this kind is refused for a reason. */
export function refusals(
  telegram: FakeTelegram,
  calls: string | RegExp,
): Record<Reason, (retryAfterMs: number) => void> {
  const refuse = (reason: Reason) => (retryAfterMs: number) =>
    telegram.faults.onCall(
      calls,
      { type: 'answer', ...answers[reason](retryAfterMs / 1000) },
      // In each of its forms.
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
