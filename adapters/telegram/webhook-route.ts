/** Updates as requests to our HTTP server: with the secret of the webhook, or refused. */

import type { Update } from 'grammy/types';
import { z } from 'zod';
import type { HostLog, Routes } from '../../src/core/channel.ts';
import { isSecret } from '../../src/lib/secret.ts';

export interface WebhookRouteDeps {
  readonly secret: string;
  /** Rejects while the update cannot be stored. */
  store(update: Update): Promise<void>;
  alive(proof: string): void;
  readonly log: Pick<HostLog, 'warn'>;
  readonly signal: AbortSignal;
}

/** Each adapter has a path of its own. */
export function webhookPath(adapter: string): string {
  return `/${adapter}/updates`;
}

/** What anybody is told who comes without the secret; `doctor` knows us by it. */
export const strangersAnswer = 'This request does not carry the secret of the webhook.\n';

const secretHeader = 'x-telegram-bot-api-secret-token';

/**
 * Takes updates that Telegram brings. A chat's next update comes only when this one was answered with 200, which is
 * when it is stored; with anything else it comes again.
 */
export function addRoute(routes: Routes, adapter: string, deps: WebhookRouteDeps): void {
  const refused = { count: 0 };
  routes.add('POST', webhookPath(adapter), async (request) => {
    if (!isSecret(request.headers.get(secretHeader) ?? '', deps.secret)) {
      refused.count += 1;
      tellOfStranger(deps, refused.count);
      return new Response(strangersAnswer, { status: 401 });
    }
    return answer(deps, await request.text());
  });
}

async function answer({ signal, store, alive }: WebhookRouteDeps, body: string): Promise<Response> {
  const update = updateIn(body);
  if (update === undefined) return new Response('This is no update of Telegram.\n', { status: 400 });
  const again = () => new Response('Not stored; please send it again.\n', { status: 503 });
  if (signal.aborted) return again();
  try {
    await store(update);
  } catch {
    // Whoever stores says why it cannot; Telegram brings it again.
    return again();
  }
  alive('Telegram brought an update');
  return new Response('');
}

/** More of it is read where it is used. */
const shape = z.looseObject({ update_id: z.int().nonnegative() });

function updateIn(body: string): Update | undefined {
  try {
    const parsed = shape.safeParse(JSON.parse(body));
    // What else an update holds is Telegram's word, as in an answer to a poll.
    return parsed.success ? (parsed.data as Update) : undefined;
  } catch {
    return undefined;
  }
}

/** The 1st, 2nd, 4th, 8th …: anybody can knock, and each knock in the log would fill the disk. */
function tellOfStranger({ log }: WebhookRouteDeps, count: number): void {
  if (Number.isInteger(Math.log2(count)))
    log.warn({ count }, 'a request without the secret of the webhook was refused');
}
