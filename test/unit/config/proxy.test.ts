import { expect, test } from 'vitest';
import { createWorkplace } from './load.ts';

function proxies(environment: Readonly<Record<string, string>>) {
  const { http, https, direct } = createWorkplace().load(environment).proxies;
  return { http: http?.href, https: https?.href, direct: direct.slice(3) };
}

test('proxies are those that other programs go by', () => {
  expect(proxies({ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'a.example, b.example:8443' })).toEqual({
    http: undefined,
    https: 'http://proxy:3128/',
    direct: ['a.example', 'b.example:8443'],
  });
  expect(proxies({ HTTPS_PROXY: 'http://upper:1', https_proxy: 'lower:2', no_proxy: '*' })).toEqual({
    http: undefined,
    https: 'http://lower:2/',
    direct: ['*'],
  });
  const one = 'https://proxy:3129/';
  expect(proxies({ HTTP_PROXY: one })).toEqual({ http: one, https: one, direct: [] });
});

test('an agent server is reached directly', () => {
  const server = {
    OPENCODE_URL: 'https://agents.example.org:8443',
    OPENCODE_SERVER_PASSWORD: 'opens-it',
    DRAGOMAN_DIRECTORY: '/srv/api',
  };
  expect(proxies({ HTTP_PROXY: 'http://proxy:3128', ...server }).direct).toEqual(['agents.example.org']);
});

test('what is no proxy is refused without showing it, and the password of one is a secret', () => {
  const { refusal, load } = createWorkplace();
  expect(
    refusal({ HTTPS_PROXY: 'socks5://ann:hidden-word@proxy:1080', http_proxy: 'http://a%:b@proxy' }),
  ).toMatchInlineSnapshot(`
      "The configuration has 2 mistakes:
        - HTTP_PROXY is not valid: it is the http or https address of a proxy. Example: HTTP_PROXY=http://proxy:3128
        - HTTPS_PROXY is not valid: it is the http or https address of a proxy. Example: HTTPS_PROXY=http://proxy:3128"
    `);
  expect(load({ HTTPS_PROXY: 'ann:hidden%20word@proxy:3128' }).secrets()).toContain('hidden word');
});
