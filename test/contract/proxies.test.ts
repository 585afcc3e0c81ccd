/** Each platform's real client, calls and sockets, on a machine whose way outside is a proxy. */

import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { type ClientOptions, WebSocket, WebSocketServer } from 'ws';
import { type ProxySettings, reachThroughProxies } from '../../src/lib/proxy.ts';
import { said } from './adapter/rig.ts';
import { startDiscordChannel } from './discord/channel.ts';
import { type HttpProxy, startHttpProxy } from './proxy.ts';
import { startSlack } from './slack/world.ts';
import { startTelegramChannel } from './telegram/channel.ts';

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function behindProxy(direct: ProxySettings['direct'] = []): Promise<HttpProxy> {
  const proxy = await startHttpProxy();
  ends.push(() => proxy.stop(), reachThroughProxies({ http: proxy.url, https: proxy.url, direct }));
  return proxy;
}

/** Starts the platform's adapter, and resolves with its address when it is heard and a message came. */
const platforms = {
  discord: async () => {
    const channel = await startDiscordChannel();
    ends.push(() => channel.stop());
    await said(channel, 'thread', 'hello');
    return channel.discord.apiUrl;
  },
  slack: async () => {
    const world = await startSlack();
    ends.push(() => world.stop());
    expect(world.slack.sockets.open()).toBe(2);
    return world.slack.apiUrl;
  },
  telegram: async () => {
    const channel = await startTelegramChannel();
    ends.push(() => channel.stop());
    await said(channel, 'thread', 'hello');
    return channel.telegram.url;
  },
};
const sockets = { discord: 1, slack: 2, telegram: 0 };

describe.each(['discord', 'slack', 'telegram'] as const)('%s', (platform) => {
  test('is reached through the proxy, by calls and by sockets', async () => {
    const proxy = await behindProxy();
    const { host } = new URL(await platforms[platform]());
    const tunnels = proxy.tunnels.filter(({ place }) => place === host);
    expect(tunnels.filter(({ socket }) => !socket).length).toBeGreaterThan(0);
    expect(tunnels.filter(({ socket }) => socket)).toHaveLength(sockets[platform]);
    const credentials = `Basic ${Buffer.from('ann:secret').toString('base64')}`;
    expect(new Set(tunnels.map((tunnel) => tunnel.credentials))).toEqual(new Set([credentials]));
  });

  test('is reached directly where NO_PROXY names it', async () => {
    const proxy = await behindProxy(['127.0.0.1']);
    await platforms[platform]();
    expect(proxy.tunnels).toEqual([]);
  });
});

// The types of ws leave out what it hands on to TLS.
type TlsOptions = Pick<ConnectionOptions, keyof typeof sharedKey | 'pskCallback'>;

/** By a key that both know: it needs no certificate. */
const sharedKey = {
  ciphers: 'PSK',
  maxVersion: 'TLSv1.2',
  checkServerIdentity: () => undefined,
} as const;

/** What a client of `ws` meets at a server with TLS. */
async function meet(): Promise<string> {
  const server = createServer({ ...sharedKey, pskCallback: () => Buffer.alloc(32, 7) });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket, request) => {
    const { servername } = request.socket as TLSSocket;
    socket.send(`hello from ${servername}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const pskCallback = () => ({ psk: Buffer.alloc(32, 7), identity: 'we' });
  const options: TlsOptions = { ...sharedKey, pskCallback };
  const client = new WebSocket(`wss://localhost:${port}`, options as unknown as ClientOptions);
  ends.push(() => client.terminate());
  const met = await new Promise<string>((resolve) => {
    client.on('message', (data) => resolve(String(data)));
    client.on('error', (error) => resolve(error.message));
  });
  return met.replace(String(port), 'PORT');
}

describe('a socket with TLS', () => {
  test('leads through the proxy to the host itself', async () => {
    const proxy = await behindProxy();
    expect(await meet()).toBe('hello from localhost');
    // What is said within is not the proxy's to read.
    expect(proxy.tunnels).toMatchObject([{ place: expect.stringMatching(/^localhost:\d+$/), socket: false }]);
  });

  test('tells that the proxy does not lead there', async () => {
    const proxy = await behindProxy();
    proxy.refuse();
    expect(await meet()).toBe(`the proxy ${proxy.url.host} answers 403 instead of leading to localhost:PORT`);
  });
});
