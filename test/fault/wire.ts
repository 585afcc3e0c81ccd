import { connect, createServer, type Socket } from 'node:net';

/** Stands between the gateway and an agent server. */
export interface Wire {
  readonly url: string;
  /** Ends every connection, as a proxy that restarts does. */
  cut(): void;
  /** Half-open: every connection of now stays, and nothing comes through it any more. New ones are as ever. */
  freeze(): void;
  stop(): Promise<void>;
}

export async function startWire(target: string): Promise<Wire> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const agent = connect(Number(port), hostname);
    for (const socket of [client, agent]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    }
    client.on('close', () => agent.destroy()).pipe(agent);
    agent.on('close', () => client.destroy()).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    freeze() {
      for (const socket of sockets) socket.unpipe().pause();
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
