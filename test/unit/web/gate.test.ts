import { afterEach, describe, expect, test } from 'vitest';
import { parseConfig } from '../../../adapters/web/config.ts';
import { diagnose } from '../../../adapters/web/diagnose.ts';
import { createGate } from '../../../adapters/web/gate.ts';
import { memoryDocuments } from '../../fake/documents.ts';
import { origin, type Running, type StartOptions, secret, start } from './host.ts';

const running: Running[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.stop()));
});

async function page(options: StartOptions = {}): Promise<Running> {
  const started = await start(options);
  running.push(started);
  return started;
}

const none = { authorization: undefined };
const thread = { method: 'POST', body: { id: 'thread-0001' } };

interface Opened {
  readonly token: string;
  readonly mark: string;
}

async function opened(response: Response): Promise<Opened> {
  expect(response.status).toBe(201);
  return (await response.json()) as Opened;
}

const signIn = (at: Running, shown: object, address = '192.0.2.1') =>
  at.ask('/api/session', {
    method: 'POST',
    body: shown,
    headers: { ...none, 'x-test-address': address },
  });

const bearer = ({ token }: Opened) => ({ authorization: `Bearer ${token}` });

const status = async (at: Running, headers: Readonly<Record<string, string | undefined>>) =>
  (await at.ask('/api/threads/t/messages', { headers })).status;

const inside = 404;
const outside = 401;

describe('the key', () => {
  const keyOf = (at: Running) => (at.adapter.entrance?.() ?? '').split('#key=')[1] ?? '';

  test('stands in the printed address where no browser sends it, and opens a session', async () => {
    const at = await page();
    expect(at.adapter.entrance?.()).toBe(`${origin}/#key=${at.host.secret('web')}`);
    const session = await opened(await signIn(at, { key: keyOf(at) }));
    expect(session.token).not.toContain(secret);
    expect(await status(at, bearer(session))).toBe(inside);
  });

  test('no cookie is set or looked at: nothing goes to other ports of this machine by itself', async () => {
    const at = await page();
    const response = await signIn(at, { key: keyOf(at) });
    expect(response.headers.get('set-cookie')).toBeNull();
    const { token } = await opened(response);
    const cookie = `dragoman=${token}; token=${token}; authorization=Bearer ${token}`;
    expect(await status(at, { ...none, cookie })).toBe(outside);
  });

  test('a wrong one, or none, is told where the right one stands', async () => {
    const at = await page();
    for (const shown of [{ key: 'beef' }, {}, { password: at.host.secret('web') }]) {
      const wrong = await signIn(at, shown);
      expect(wrong.status).toBe(403);
      expect(await wrong.json()).toMatchObject({
        error: expect.stringContaining('Use the address that this one printed when it started'),
      });
    }
  });

  test('without a session nothing of the API answers but how to come in', async () => {
    const at = await page();
    const message = '/api/threads/t/messages/m';
    const asked = [
      at.ask('/api/events', { headers: none }),
      at.ask('/api/threads', { ...thread, headers: none }),
      at.ask('/api/threads?find=x', { headers: none }),
      at.ask('/api/threads/t', { method: 'PATCH', body: {}, headers: none }),
      at.ask('/api/threads/t', { method: 'DELETE', headers: none }),
      at.ask('/api/threads/t/messages', { headers: none }),
      at.ask('/api/threads/t/messages', { method: 'POST', body: {}, headers: none }),
      at.ask(message, { method: 'PATCH', body: {}, headers: none }),
      at.ask(message, { method: 'DELETE', headers: none }),
      at.ask(`${message}/press`, { method: 'POST', body: {}, headers: none }),
      at.ask(`${message}/form`, { method: 'POST', body: {}, headers: none }),
      at.ask('/api/session', { method: 'DELETE', headers: none }),
      at.ask('/api/events', { headers: { authorization: 'Bearer ' } }),
      at.ask('/api/events', { headers: { authorization: `Bearer ${secret}` } }),
    ];
    expect((await Promise.all(asked)).map((each) => each.status)).toEqual(Array(asked.length).fill(401));
    expect(at.events).toEqual([]);
    const state = await at.ask('/api/session', { headers: none });
    expect(await state.json()).toEqual({ signedIn: false, asks: 'key' });
  });

  test('a session holds across a restart, and ends with the secret', async () => {
    const at = await page();
    const session = await opened(await signIn(at, { key: keyOf(at) }));
    const { documents } = at;
    expect(JSON.stringify(await documents.list('sessions'))).not.toContain(session.token);
    expect(await status(await page({ documents }), bearer(session))).toBe(inside);
    const other = await page({ documents, secret: 'b2'.repeat(32) });
    expect(await status(other, bearer(session))).toBe(outside);
  });

  test('a session that is not used ends, one that is used goes on', async () => {
    const at = await page();
    const [used, left] = [
      await opened(await signIn(at, { key: keyOf(at) })),
      await opened(await signIn(at, { key: keyOf(at) })),
    ];
    for (let day = 0; day < 100; day += 10) {
      expect(await status(at, bearer(used))).toBe(inside);
      at.clock.now += 10 * 24 * 3_600_000;
    }
    expect(await status(at, bearer(used))).toBe(inside);
    expect(await status(at, bearer(left))).toBe(outside);
  });

  test('who signs out is out, alone', async () => {
    const at = await page();
    const [one, other] = [
      await opened(await signIn(at, { key: keyOf(at) })),
      await opened(await signIn(at, { key: keyOf(at) })),
    ];
    await at.ask('/api/session', { method: 'DELETE', headers: bearer(one) });
    expect([await status(at, bearer(one)), await status(at, bearer(other))]).toEqual([outside, inside]);
    const { documents } = at;
    expect(await status(await page({ documents }), bearer(one))).toBe(outside);
  });
});

describe('the password', () => {
  const environment = { WEB_PASSWORD: 'correct horse battery' };
  const { WEB_PASSWORD: password } = environment;
  const guess = async (at: Running, count: number, more: object = {}, address?: string) => {
    for (let n = 0; n < count; n += 1) await signIn(at, { password: `guess ${n}`, ...more }, address);
  };

  test('replaces the key', async () => {
    const at = await page({ environment });
    expect(at.adapter.entrance?.()).toBe(`${origin}/`);
    const withKey = await signIn(at, { key: at.host.secret('web') });
    expect(withKey.status).toBe(403);
    expect(await withKey.json()).toMatchObject({ error: expect.stringContaining('value of WEB_PASSWORD') });
    expect((await signIn(at, { password: 'wrong' })).status).toBe(403);
    await opened(await signIn(at, { password }));
    const state = await at.ask('/api/session', { headers: none });
    expect(await state.json()).toEqual({ signedIn: false, asks: 'password' });
  });

  test('another one ends the sessions of before', async () => {
    const at = await page({ environment });
    const session = await opened(await signIn(at, { password }));
    const { documents } = at;
    const changed = await page({ documents, environment: { WEB_PASSWORD: 'another one, as long' } });
    expect(await status(changed, bearer(session))).toBe(outside);
  });

  test('cannot be guessed: after ten wrong ones from a place a minute has to pass there', async () => {
    const at = await page({ environment });
    await guess(at, 10);
    expect((await signIn(at, { password })).status).toBe(429);
    at.clock.now += 61_000;
    expect((await signIn(at, { password })).status).toBe(201);
  });

  test('whoever guesses shuts nobody else out', async () => {
    const at = await page({ environment });
    await guess(at, 20);
    expect((await signIn(at, { password }, '192.0.2.2')).status).toBe(201);
    await guess(at, 10, {}, '2001:db8:1:2::7');
    expect((await signIn(at, { password }, '2001:db8:1:2:ffff::1')).status).toBe(429);
    expect((await signIn(at, { password }, '2001:db8:1:3::7')).status).toBe(201);
  });

  test('behind one address, as a proxy makes it, a browser that was let in before still comes in', async () => {
    const at = await page({ environment });
    const { mark } = await opened(await signIn(at, { password }));
    await guess(at, 20);
    expect((await signIn(at, { password })).status).toBe(429);
    expect((await signIn(at, { password, mark: `${mark}x` })).status).toBe(429);
    expect((await signIn(at, { password, mark })).status).toBe(201);
    expect((await signIn(at, { mark })).status).toBe(403);
    await guess(at, 10, { mark });
    expect((await signIn(at, { password, mark })).status).toBe(429);
  });

  test('over a network without encryption is warned of, to the operator', async () => {
    const config = parseConfig(environment, undefined);
    const state = async (publicUrl: string) => (await diagnose(config, { publicUrl })).findings[0]?.state;
    expect(await state('http://192.0.2.7:4080')).toBe('warn');
    expect(await state('http://0.0.0.0:4080')).toBe('warn');
    expect(await state('https://dragoman.example.org')).toBe('ok');
    expect(await state('http://127.0.0.1:4080')).toBe('ok');
    const { findings } = await diagnose(parseConfig({}, undefined), { publicUrl: 'http://192.0.2.7:4080' });
    expect(findings[0]?.state).toBe('ok');
  });

  test('must have some length', async () => {
    await expect(page({ environment: { WEB_PASSWORD: 'short' } })).rejects.toThrow(
      /^WEB_PASSWORD .*12 characters/,
    );
  });
});

describe('other sites', () => {
  const gateAt = (publicUrl: string) =>
    createGate({ publicUrl, secret, password: undefined, documents: memoryDocuments(), now: () => 0 });

  test('a foreign Host is refused also with the session, on every route', async () => {
    const at = await page();
    const headers = { host: 'evil.example:4080' };
    const asked = [
      at.ask('/', { headers }),
      at.ask('/assets/main.js', { headers }),
      at.ask('/api/events', { headers }),
      at.ask('/api/threads', { ...thread, headers }),
    ];
    expect((await Promise.all(asked)).map((each) => each.status)).toEqual([403, 403, 403, 403]);
    expect((await at.ask('/', { headers: { host: 'localhost:4080' } })).status).toBe(200);
  });

  test('bound to every address, any address of this machine will do, but no name', async () => {
    const gate = await gateAt('http://0.0.0.0:4080');
    const reason = (host: string, from = `http://${host}`) =>
      gate.foreign(new Request(`${origin}/api/session`, { method: 'POST', headers: { host, origin: from } }));
    for (const host of ['192.168.1.5:4080', '[fe80::1]:4080', 'localhost:4080'])
      expect(reason(host)).toBeUndefined();
    for (const host of ['evil.example:4080', '192.168.1.5:80', '192.168.1.5'])
      expect(reason(host)).toBeDefined();
    expect(reason('192.168.1.5:4080', 'http://192.168.1.6:4080')).toBeDefined();
  });

  test('behind a proxy the public name and its protocol count', async () => {
    const publicUrl = 'https://dragoman.example.org';
    const gate = await gateAt(publicUrl);
    const reason = (host: string, from: string) =>
      gate.foreign(new Request(`${origin}/api/session`, { method: 'POST', headers: { host, origin: from } }));
    expect(reason('dragoman.example.org', publicUrl)).toBeUndefined();
    expect(reason('dragoman.example.org', 'http://dragoman.example.org')).toBeDefined();
    expect(reason('127.0.0.1:4080', 'https://127.0.0.1:4080')).toContain(
      'the host "127.0.0.1:4080", and the page of Dragoman is https://dragoman.example.org. A proxy before it must pass',
    );
  });

  test.each([
    [
      'https://dragoman.example.org',
      ['dragoman.example.org', 'dragoman.example.org:443', 'Dragoman.Example.org'],
    ],
    ['https://dragoman.example.org:8443', ['dragoman.example.org:8443', 'dragoman.example.org']],
    ['http://dragoman.example.org', ['dragoman.example.org', 'dragoman.example.org:80']],
  ])('%s is known by its name as proxies pass it on', async (publicUrl, hosts) => {
    const gate = await gateAt(publicUrl);
    const reason = (host: string, from: string) =>
      gate.foreign(new Request(`${origin}/api/session`, { method: 'POST', headers: { host, origin: from } }));
    for (const host of hosts) expect(reason(host, publicUrl)).toBeUndefined();
    for (const from of ['https://evil.example', 'https://dragoman.example.org:9999', 'null'])
      expect(reason(hosts[0] ?? '', from)).toBe('This request comes from another site.');
    for (const host of ['evil.example', 'dragoman.example.org.evil.example', 'dragoman.example.org:9999'])
      expect(reason(host, publicUrl)).toContain('This request came for the host');
  });

  test('a foreign or missing Origin changes nothing', async () => {
    const at = await page();
    for (const foreign of ['https://evil.example', 'null', 'http://127.0.0.1:5000', undefined])
      expect((await at.ask('/api/threads', { ...thread, headers: { origin: foreign } })).status).toBe(403);
    expect((await at.ask('/api/threads', thread)).status).toBe(201);
  });

  test('a stream is not for other sites, also where a browser sends no Origin', async () => {
    const at = await page();
    for (const site of ['cross-site', 'same-site', 'none'])
      expect((await at.ask('/api/events', { headers: { 'sec-fetch-site': site } })).status).toBe(403);
    expect((await at.ask('/api/events', { headers: { origin: 'https://evil.example' } })).status).toBe(403);
  });

  test('every answer carries the policy that keeps scripts and frames out', async () => {
    const at = await page();
    for (const path of ['/', '/assets/main.js', '/assets/nothing.js', '/api/threads/t/messages']) {
      const { headers } = await at.ask(path);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).not.toBeNull();
    }
    expect((await at.ask('/api/threads/t/messages')).headers.get('cache-control')).toBe('no-store');
  });

  test('files outside the page are not served', async () => {
    const at = await page();
    for (const name of ['..%2Fadapter.ts', '%2Fetc%2Fpasswd', 'page'])
      expect((await at.ask(`/assets/${name}`)).status).toBe(404);
  });
});
