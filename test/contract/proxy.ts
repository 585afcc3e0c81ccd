import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface Tunnel {
  /** `host:port`. */
  readonly place: string;
  /** What it was asked for with. */
  readonly credentials: string | undefined;
  /** A web socket was asked for within it. */
  readonly socket: boolean;
}

/** An HTTP proxy that leads everywhere by CONNECT and tells where it was asked to lead. */
export interface HttpProxy {
  readonly url: URL;
  readonly tunnels: readonly Tunnel[];
  /** From now on no tunnel is given. */
  refuse(): void;
  stop(): Promise<void>;
}

export async function startHttpProxy(): Promise<HttpProxy> {
  const tunnels: { -readonly [K in keyof Tunnel]: Tunnel[K] }[] = [];
  const sockets = new Set<Duplex>();
  const state = { refusing: false };
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on('connect', ({ url: place = '', headers }, client: Socket) => {
    const tunnel = { place, credentials: headers['proxy-authorization'], socket: false };
    tunnels.push(tunnel);
    client.on('data', (bytes) => {
      if (/^upgrade: websocket/im.test(bytes.toString('latin1'))) tunnel.socket = true;
    });
    client.on('error', () => client.destroy());
    if (state.refusing) return void client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const { hostname, port } = new URL(`http://${place}`);
    const target = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.pipe(client).pipe(target);
    });
    target.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.on('close', () => target.destroy());
    for (const socket of [client, target]) sockets.add(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: new URL(`http://ann:secret@127.0.0.1:${address.port}`),
    tunnels,
    refuse: () => {
      state.refusing = true;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
