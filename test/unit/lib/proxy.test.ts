import { expect, test } from 'vitest';
import { type ProxySettings, proxyFor } from '../../../src/lib/proxy.ts';

const http = new URL('http://plain:3128');
const https = new URL('http://secure:3128');

function way(address: string, direct: readonly string[] = [], proxies: Partial<ProxySettings> = {}) {
  return proxyFor({ http, https, ...proxies, direct }, new URL(address))?.hostname;
}

test('sockets go by the proxy of the pages of their kind', () => {
  expect(way('http://a.example/')).toBe('plain');
  expect(way('ws://a.example/')).toBe('plain');
  expect(way('https://a.example/')).toBe('secure');
  expect(way('wss://a.example/')).toBe('secure');
  expect(way('https://a.example/', [], { https: undefined })).toBeUndefined();
});

test.each([
  ['https://discord.com/api', ['discord.com']],
  ['wss://gateway.discord.gg/', ['discord.gg']],
  ['https://a.example/', ['.example']],
  ['https://a.example/', ['*.Example']],
  ['https://a.example/', ['a.example:443']],
  ['wss://a.example:8443/', ['a.example:8443']],
  ['https://anything/', ['*']],
  ['http://[::1]:80/', ['::1']],
  ['http://[::1]:81/', ['[::1]:81']],
])('%s is reached directly where %j says so', (address, direct) => {
  expect(way(address, direct)).toBeUndefined();
});

test.each([
  ['https://notdiscord.com/', ['discord.com']],
  ['https://a.example/', ['b.a.example']],
  ['https://a.example/', ['a.example:80']],
  ['http://[::2]/', ['::1']],
])('%s goes through the proxy where only %j is direct', (address, direct) => {
  expect(way(address, direct)).toBeDefined();
});
