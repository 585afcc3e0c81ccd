/** The webhook: Telegram brings updates over HTTP, one chat's one by one, until they are stored. */
import { afterEach, expect, test } from 'vitest';
import { createApi } from '../../../adapters/telegram/client.ts';
import { parseConfig } from '../../../adapters/telegram/config.ts';
import { telegram as definition } from '../../../adapters/telegram/index.ts';
import { webhookFindings } from '../../../adapters/telegram/webhook-findings.ts';
import { createHttp } from '../../../src/lib/http.ts';
import { createLog } from '../../../src/lib/log.ts';
import { memoryDocuments } from '../../fake/documents.ts';
import { startTelegram } from '../../fake/telegram.ts';
import { createGateway } from '../adapter/gateway.ts';
import { until } from '../adapter/rig.ts';
import { started } from '../adapter/runner.ts';

const secret = 'a-secret_of-the-webhook-0123456789';
const address = 'https://dragoman.example.org/telegram/updates';
const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** Telegram, our HTTP server behind a name on the internet, and a gateway; nothing runs yet. */
async function world() {
  const telegram = await startTelegram();
  ends.push(() => telegram.stop());
  const stop = new AbortController();
  const log = createLog({ level: 'error', secrets: [], form: 'json', write: () => {} });
  const http = createHttp({ host: '127.0.0.1', port: 0, log });
  const serving = http.run(stop.signal);
  ends.push(async () => {
    stop.abort();
    await serving;
  });
  const { url } = await http.listening;
  telegram.world.hosts.set('dragoman.example.org', url);
  const gateway = createGateway({ documents: memoryDocuments(), routes: http.routes });
  const polling = { TELEGRAM_BOT_TOKEN: telegram.token, TELEGRAM_API_URL: telegram.url };
  const hooked = {
    ...polling,
    TELEGRAM_WEBHOOK_URL: 'https://dragoman.example.org',
    TELEGRAM_WEBHOOK_SECRET: secret,
  };
  const run = async (environment: Readonly<Record<string, string>> = hooked) => {
    const proofs = gateway.proofs.length;
    const running = await started(definition, environment, gateway);
    ends.push(running.end);
    await until(() => gateway.proofs.length > proofs || undefined, 'a proof of life');
    return running;
  };
  const texts = () => gateway.events.flatMap((event) => (event.type === 'message' ? [event.text] : []));
  const knock = (headers: Readonly<Record<string, string>>, body: string) =>
    fetch(`${url}/telegram/updates`, { method: 'POST', headers, body });
  return { telegram, gateway, run, texts, knock, polling, hooked, ann: telegram.person('Ann') };
}

const withSecret = { 'x-telegram-bot-api-secret-token': secret };

test('updates are brought to our path, with what we want, and nothing that waits is dropped', async () => {
  const { telegram, gateway, run, texts, ann } = await world();
  ann.say(ann.chat, 'said before we came');
  await run();
  ann.say(ann.chat, 'said later');
  await until(() => texts().length === 2 || undefined, 'two messages');
  expect(texts()).toEqual(['said before we came', 'said later']);
  expect(gateway.events[0]?.address.platform).toBe('telegram');
  await until(() => telegram.world.updates.pending() === 0 || undefined, 'all is confirmed');
  const [set] = telegram.requests.filter(({ method }) => method === 'setWebhook');
  expect(set?.parameters).toMatchObject({ url: address, secret_token: secret, drop_pending_updates: false });
  expect(set?.parameters['allowed_updates']).toContain('callback_query');
  expect(telegram.requests.some(({ method }) => method === 'getUpdates')).toBe(false);
  expect(gateway.proofs.at(-1)).toMatch(/^Telegram brought an update/);
});

test('what is not stored is not taken: it comes again, before what was said after it', async () => {
  const { telegram, gateway, run, texts, ann } = await world();
  await run();
  gateway.turn('refuses');
  ann.say(ann.chat, 'one');
  ann.say(ann.chat, 'two');
  await until(() => gateway.offered() > 2 || undefined, 'it is brought again');
  expect(telegram.world.updates.pending()).toBe(2);
  expect(telegram.world.updates.failure()?.words).toBe(
    'Wrong response from the webhook: 503 Service Unavailable',
  );
  gateway.turn('stores');
  await until(() => texts().length === 2 || undefined, 'both messages');
  expect(texts()).toEqual(['one', 'two']);
});

test('while the gateway hangs there is no answer, and other chats do not wait', async () => {
  const { telegram, gateway, run, texts, ann } = await world();
  const ben = telegram.person('Ben');
  await run();
  gateway.turn('hangs');
  ann.say(ann.chat, 'from Ann');
  ben.say(ben.chat, 'from Ben');
  await until(() => gateway.offered() === 2 || undefined, 'both are brought at once');
  expect(telegram.world.updates.pending()).toBeGreaterThanOrEqual(2);
  gateway.turn('stores');
  await until(() => texts().length === 2 || undefined, 'both messages');
  expect(texts().toSorted()).toEqual(['from Ann', 'from Ben']);
});

test('who does not know the secret is refused, and counted without filling the log', async () => {
  const { gateway, run, knock } = await world();
  await run();
  const update = JSON.stringify({ update_id: 1 });
  const answers = [];
  for (const headers of [{}, { 'x-telegram-bot-api-secret-token': 'wrong' }, {}, {}, {}])
    answers.push((await knock(headers, update)).status);
  expect(answers).toEqual([401, 401, 401, 401, 401]);
  const told = gateway.logged.filter((line) => line.includes('without the secret'));
  expect(told.map((line) => JSON.parse(line.slice(line.indexOf('{'))).count)).toEqual([1, 2, 4]);
  expect(gateway.offered()).toBe(0);
});

test('a body that is no update is refused', async () => {
  const { gateway, run, knock } = await world();
  await run();
  for (const body of ['', 'no json', '[]', '{}', '{"update_id":"1"}', '{"update_id":-1}', 'null'])
    expect((await knock(withSecret, body)).status, body).toBe(400);
  expect((await knock(withSecret, '{"update_id":5}')).status).toBe(200);
  expect(gateway.offered()).toBe(0);
});

test('what is said while we are away waits, and comes to the next process, also to one that polls', async () => {
  const { telegram, run, texts, ann, polling } = await world();
  const first = await run();
  await first.end();
  ann.say(ann.chat, 'to a webhook again');
  const second = await run();
  await until(() => texts().length === 1 || undefined, 'the first message');
  await second.end();
  ann.say(ann.chat, 'to a poll');
  await run(polling);
  await until(() => texts().length === 2 || undefined, 'the second message');
  expect(texts()).toEqual(['to a webhook again', 'to a poll']);
  expect(telegram.world.updates.webhook().url).toBe('');
});

test('an album that is brought piece by piece is one message', async () => {
  const { gateway, run, ann } = await world();
  await run();
  const bytes = new Uint8Array([1]);
  const photo = { kind: 'photo' as const, file: { name: 'x.jpg', mime: 'image/jpeg', bytes } };
  ann.sendAlbum(ann.chat, 'which is best?', [photo, photo, photo]);
  await until(() => gateway.events.length === 1 || undefined, 'the album');
  expect(gateway.events).toMatchObject([
    {
      text: 'which is best?',
      attachments: [{ name: 'photo.jpg' }, { name: 'photo-2.jpg' }, { name: 'photo-3.jpg' }],
    },
  ]);
});

test('an address that Telegram does not take is told of, with what to do', async () => {
  const { gateway, hooked } = await world();
  const wrong = { ...hooked, TELEGRAM_WEBHOOK_URL: 'https://10.0.0.7' };
  ends.push((await started(definition, wrong, gateway)).end);
  await until(() => gateway.ailments[0], 'a sentence');
  expect(gateway.ailments[0]).toMatchInlineSnapshot(
    `"Telegram does not take the address in TELEGRAM_WEBHOOK_URL (Bad Request: bad webhook: IP address 10.0.0.7 is reserved). It must be public, with https and a valid certificate, on port 443, 80, 88 or 8443."`,
  );
});

test('doctor says whether the webhook is ours, works, and leads to us', async () => {
  const { telegram, gateway, run, ann, hooked } = await world();
  const config = parseConfig(hooked, undefined);
  if (config === undefined) throw new Error('Telegram is switched off');
  const origin = telegram.world.hosts.get('dragoman.example.org') ?? '';
  // What a proxy does for whoever comes from the internet.
  const ask = (url: string, init: RequestInit) => fetch(`${origin}${new URL(url).pathname}`, init);
  const look = async (running: boolean, by = ask) =>
    (await webhookFindings(createApi(config), config, { running }, by)).map(
      ({ subject, state, sentence }) => `${subject}: ${state}: ${sentence}`,
    );
  const seen = [...(await look(false)), ...(await look(true))];
  const running = await run();
  seen.push(...(await look(true)));
  seen.push(...(await look(true, async () => new Response('Welcome to nginx', { status: 404 }))));
  seen.push(...(await look(true, () => Promise.reject(new TypeError('fetch failed')))));
  gateway.turn('refuses');
  ann.say(ann.chat, 'hello');
  await until(() => telegram.world.updates.failure(), 'a failure');
  seen.push(...(await look(true)));
  await running.end();
  telegram.world.updates.setWebhook('https://rival.example.org/x');
  seen.push(...(await look(true)));
  expect(seen.join('\n')).toMatchInlineSnapshot(`
    "webhook: ok: None is set. Dragoman sets its own when it starts.
    webhook address: skip: Not tried: it answers only where Dragoman runs and its webhook is set.
    webhook: fail: None is set. Messages do not reach Dragoman.
    webhook address: skip: Not tried: it answers only where Dragoman runs and its webhook is set.
    webhook: ok: Set to dragoman.example.org; nothing waits.
    webhook address: ok: dragoman.example.org leads to Dragoman.
    webhook: ok: Set to dragoman.example.org; nothing waits.
    webhook address: warn: dragoman.example.org answered with 404, and not as Dragoman does. Telegram may still reach it another way.
    webhook: ok: Set to dragoman.example.org; nothing waits.
    webhook address: warn: dragoman.example.org could not be reached from this machine. Telegram may still reach it another way.
    webhook: fail: Telegram cannot bring messages to https://dragoman.example.org/telegram/updates (Wrong response from the webhook: 503 Service Unavailable). It tries again for a day. What answers there is ill: the log of Dragoman, or of the proxy before it, says why. Updates that wait: 1.
    webhook address: ok: dragoman.example.org leads to Dragoman.
    webhook: fail: One is set to rival.example.org, which is not ours. Messages do not reach Dragoman.
    webhook address: skip: Not tried: it answers only where Dragoman runs and its webhook is set."
  `);
});
