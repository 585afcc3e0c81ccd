/** Events as requests to our HTTP server: signed by Slack and fresh, or refused. */
import { isValidSlackRequest } from '@slack/bolt';
import type { Routes } from '../../src/core/channel.ts';
import type { Health } from './health.ts';
import type { BoltReceiver } from './receiver.ts';

/** Events, presses and commands of one bot come as signed requests to this one path: `/slack/events`. */
export function webhookPath(adapter: string): string {
  return `/${adapter}/events`;
}

export interface WebhookRouteDeps {
  readonly signingSecret: string;
  readonly receiver: BoltReceiver;
  readonly health: Health;
  now(): number;
}

/** Bolt's check refuses what is older; a stamp of the future would be good for longer, seconds. */
const windowSeconds = 300;

export function addRoute(routes: Routes, path: string, deps: WebhookRouteDeps): void {
  routes.add('POST', path, (request) => answer(deps, request));
}

async function answer(deps: WebhookRouteDeps, request: Request): Promise<Response> {
  const raw = await request.text();
  if (isCertificateCheck(request.headers, raw)) return new Response('');
  if (!isSigned(deps, request.headers, raw))
    return new Response('This request is not signed by Slack.\n', { status: 401 });
  const body = parse(request.headers.get('content-type') ?? '', raw);
  if (body === undefined) return new Response('This is no request of Slack.\n', { status: 400 });
  if (body['type'] === 'url_verification') return Response.json({ challenge: body['challenge'] });
  try {
    const response = await deps.receiver.deliver(body, retryOf(request.headers));
    deps.health.alive('a request of Slack has arrived');
    return Object.keys(response).length === 0 ? new Response('') : Response.json(response);
  } catch (error) {
    deps.health.unanswered(error);
    // Any status but 2xx makes Slack send it again.
    return new Response('Not stored; please send it again.\n', { status: 503 });
  }
}

/** Slack looks at the certificate now and then, by a form that it does not sign: nothing is read of it, nothing done. */
function isCertificateCheck(headers: Headers, raw: string): boolean {
  if (!(headers.get('content-type') ?? '').includes('form-urlencoded')) return false;
  const form = new URLSearchParams(raw);
  return form.get('ssl_check') === '1' && !form.has('payload') && !form.has('command');
}

function isSigned({ signingSecret, now }: WebhookRouteDeps, headers: Headers, body: string): boolean {
  const signature = headers.get('x-slack-signature') ?? '';
  const stamp = Number(headers.get('x-slack-request-timestamp') ?? Number.NaN);
  if (signature === '' || signingSecret === '' || !Number.isInteger(stamp)) return false;
  const nowMilliseconds = now();
  if (stamp - nowMilliseconds / 1000 > windowSeconds) return false;
  return isValidSlackRequest({
    signingSecret,
    body,
    headers: { 'x-slack-signature': signature, 'x-slack-request-timestamp': stamp },
    nowMilliseconds,
  });
}

/** Events are JSON; presses are JSON within a form; commands are a form. */
function parse(contentType: string, raw: string): Readonly<Record<string, unknown>> | undefined {
  if (contentType.includes('application/json')) return json(raw);
  const form = new URLSearchParams(raw);
  const payload = form.get('payload');
  return payload === null ? Object.fromEntries(form) : json(payload);
}

function json(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function retryOf(headers: Headers): { readonly number: number; readonly reason: string } | undefined {
  const number = Number(headers.get('x-slack-retry-num') ?? 0);
  return number > 0 ? { number, reason: headers.get('x-slack-retry-reason') ?? '' } : undefined;
}
