import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A host that is not the platform's, and counts who comes. */
export interface Elsewhere {
  readonly url: string;
  visits(): number;
  close(): Promise<void>;
}

export async function startElsewhere(): Promise<Elsewhere> {
  const state = { visits: 0 };
  const server = createServer((_, response) => {
    state.visits += 1;
    response.end('stolen');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    visits: () => state.visits,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
