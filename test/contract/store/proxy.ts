import { connect, createServer, type Socket } from 'node:net';

/** Stands between a client and Postgres, and can lose the answer to a commit. */
export interface Proxy {
  /** The database's address through the proxy. */
  readonly url: string;
  /**
   * The next commit of the call reaches the database, and its answer is lost: the connection is `cut`, or it is
   * `mute` from then on.
   */
  loseCommit<T>(how: 'cut' | 'mute', call: () => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

export async function startProxy(url: string): Promise<Proxy> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const fault: Fault = { next: undefined, lost: 0 };
  const server = createServer((client) => {
    const database = connect(Number(target.port), target.hostname);
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    }
    client.on('close', () => database.destroy());
    database.on('close', () => client.destroy());
    client.on('data', (data) => {
      if (data.includes('commit')) loseAnswer(fault, client, database);
      database.write(data);
    });
    database.pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: Object.assign(new URL(url), { port: String(address.port) }).href,
    async loseCommit(how, call) {
      const before = fault.lost;
      fault.next = how;
      const result = await call();
      if (fault.lost !== before + 1) throw new Error('no commit was lost');
      return result;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Fault {
  next: 'cut' | 'mute' | undefined;
  lost: number;
}

/** What the database says from now on is not heard by the client. */
function loseAnswer(fault: Fault, client: Socket, database: Socket): void {
  if (fault.next === undefined) return;
  database.unpipe(client);
  if (fault.next === 'cut') database.once('data', () => client.destroy());
  database.resume();
  fault.next = undefined;
  fault.lost += 1;
}
