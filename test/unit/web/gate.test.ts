import { afterEach, describe, expect, test } from 'vitest';
import { createGate } from '../../../adapters/web/gate.ts';
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

const none = { cookie: undefined };
const thread = { method: 'POST', body: { id: 'thread-0001' } };

describe('the key', () => {
  test('opens the page by the printed address, which does not keep it', async () => {
    const at = await page();
    const address = at.adapter.entrance?.() ?? '';
    const response = await at.ask(address.slice(origin.length), { headers: none });
    expect([response.status, response.headers.get('location')]).toEqual([303, '/']);
    expect(response.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/);
    expect(response.headers.get('set-cookie')).not.toContain(secret);
    expect(await (await at.ask('/')).text()).toContain('aria-label="Thread"');
  });

  test('a wrong one, or none, is told where the right one stands', async () => {
    const at = await page();
    const wrong = await at.ask('/?key=beef', { headers: none });
    expect([wrong.status, wrong.headers.get('set-cookie')]).toEqual([403, null]);
    expect(await wrong.text()).toContain('Use the address that this one printed when it started');
    const absent = await at.ask('/', { headers: none });
    expect(absent.status).toBe(401);
    expect(await absent.text()).toContain('ends in <code>/?key=…</code>');
  });

  test('without a session nothing of the API answers', async () => {
    const at = await page();
    const message = '/api/threads/t/messages/m';
    const asked = [
      at.ask('/api/events', { headers: none }),
      at.ask('/api/threads', { ...thread, headers: none }),
      at.ask('/api/threads/t/messages', { headers: none }),
      at.ask('/api/threads/t/messages', { method: 'POST', body: {}, headers: none }),
      at.ask(message, { method: 'PATCH', body: {}, headers: none }),
      at.ask(message, { method: 'DELETE', headers: none }),
      at.ask(`${message}/press`, { method: 'POST', body: {}, headers: none }),
      at.ask(`${message}/form`, { method: 'POST', body: {}, headers: none }),
    ];
    expect((await Promise.all(asked)).map((each) => each.status)).toEqual(Array(8).fill(401));
    expect(at.events).toEqual([]);
  });

  test('a session holds across a restart, and ends with the secret', async () => {
    const at = await page();
    const entered = await at.ask((at.adapter.entrance?.() ?? '').slice(origin.length));
    const cookie = entered.headers.get('set-cookie')?.split(';')[0];
    expect((await (await page()).ask('/', { headers: { cookie } })).status).toBe(200);
    const other = await page({ secret: 'b2'.repeat(32) });
    expect((await other.ask('/', { headers: { cookie } })).status).toBe(401);
  });
});

describe('the password', () => {
  const environment = { WEB_PASSWORD: 'correct horse battery' };
  const login = (at: Running, password: string) =>
    at.ask('/login', { method: 'POST', body: new URLSearchParams({ password }), headers: none });

  test('replaces the key', async () => {
    const at = await page({ environment });
    expect(at.adapter.entrance?.()).toBe(`${origin}/`);
    const withKey = await at.ask(`/?key=${at.host.secret('web')}`, { headers: none });
    expect(withKey.status).toBe(401);
    expect(await withKey.text()).toContain('type="password"');
    expect((await login(at, 'wrong')).status).toBe(403);
    expect((await login(at, environment.WEB_PASSWORD)).headers.get('set-cookie')).toContain('dragoman-');
  });

  test('cannot be guessed: after ten wrong ones a minute has to pass', async () => {
    const at = await page({ environment });
    for (let n = 0; n < 10; n += 1) await login(at, `guess ${n}`);
    expect((await login(at, environment.WEB_PASSWORD)).status).toBe(429);
    at.clock.now += 61_000;
    expect((await login(at, environment.WEB_PASSWORD)).status).toBe(303);
  });

  test('must have some length', async () => {
    await expect(page({ environment: { WEB_PASSWORD: 'short' } })).rejects.toThrow(
      /^WEB_PASSWORD .*12 characters/,
    );
  });
});

describe('other sites', () => {
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

  test('bound to every address, any address of this machine will do, but no name', () => {
    const gate = createGate({ publicUrl: 'http://0.0.0.0:4080', secret, password: undefined, now: () => 0 });
    const reason = (host: string, from = `http://${host}`) =>
      gate.foreign(new Request(`${origin}/login`, { method: 'POST', headers: { host, origin: from } }));
    for (const host of ['192.168.1.5:4080', '[fe80::1]:4080', 'localhost:4080'])
      expect(reason(host)).toBeUndefined();
    for (const host of ['evil.example:4080', '192.168.1.5:80', '192.168.1.5'])
      expect(reason(host)).toBeDefined();
    expect(reason('192.168.1.5:4080', 'http://192.168.1.6:4080')).toBeDefined();
  });

  test('behind a proxy the public name and its protocol count', () => {
    const publicUrl = 'https://dragoman.example.org';
    const gate = createGate({ publicUrl, secret, password: undefined, now: () => 0 });
    const reason = (host: string, from: string) =>
      gate.foreign(new Request(`${origin}/login`, { method: 'POST', headers: { host, origin: from } }));
    expect(reason('dragoman.example.org', publicUrl)).toBeUndefined();
    expect(reason('dragoman.example.org', 'http://dragoman.example.org')).toBeDefined();
    expect(reason('127.0.0.1:4080', 'https://127.0.0.1:4080')).toBeDefined();
    expect(gate.cookie()).toMatch(/; Secure$/);
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
