import { createWebAdapter } from '../../../adapters/web/adapter.ts';
import { parseConfig } from '../../../adapters/web/config.ts';
import type {
  ChannelAdapter,
  CommandDescription,
  Documents,
  Host,
  InboundEvent,
  ThreadAddress,
} from '../../../src/core/channel.ts';
import { createHttp } from '../../../src/lib/http.ts';
import { createLog } from '../../../src/lib/log.ts';
import { memoryDocuments } from '../../fake/documents.ts';
import { secret } from '../../unit/web/host.ts';
import { openPage, type PageClient } from '../page-client.ts';

export interface WebUnderTest {
  readonly adapter: ChannelAdapter;
  /** A thread that has been begun. */
  readonly address: ThreadAddress;
  /** What the gateway has been given. */
  readonly events: readonly InboundEvent[];
  /** From now on the gateway stores nothing (its `receive` rejects), or stores again. */
  breakStore(broken: boolean): void;
  /** The texts of the thread from top to bottom. */
  screen(): Promise<readonly string[]>;
  stop(): Promise<void>;
  readonly page: PageClient;
  /** The printed address. */
  readonly entrance: string;
  readonly port: number;
  readonly documents: Documents;
  readonly log: readonly string[];
}

export interface WebOptions {
  readonly port?: number;
  readonly documents?: Documents;
  readonly environment?: Readonly<Record<string, string>>;
  readonly commands?: readonly CommandDescription[];
  /** What the gateway does with an event that it has stored. */
  readonly onEvent?: (event: InboundEvent, adapter: ChannelAdapter) => void;
}

/** The adapter on the process's real HTTP server, with a person who has come in by the printed address. */
export async function startWeb(options: WebOptions = {}): Promise<WebUnderTest> {
  const documents = options.documents ?? memoryDocuments();
  const lines: string[] = [];
  const log = createLog({ level: 'debug', secrets: [], form: 'json', write: (line) => lines.push(line) });
  const http = createHttp({ host: '127.0.0.1', port: options.port ?? 0, log });
  const stop = new AbortController();
  const serving = http.run(stop.signal);
  const { url } = await http.listening;
  const events: InboundEvent[] = [];
  const store = { broken: false };
  const alive = Promise.withResolvers<void>();
  const host: Host = {
    async receive(event) {
      if (store.broken) throw new Error('the database does not answer');
      events.push(event);
      options.onEvent?.(event, adapter);
    },
    documents,
    routes: http.routes,
    commands: options.commands ?? [],
    channelMoved: async () => {},
    alive: () => alive.resolve(),
    ailing: (reason) => alive.reject(new Error(reason)),
    secret: () => secret,
    log: { debug: () => {}, info: () => {}, warn: () => {} },
  };
  const config = parseConfig(options.environment ?? {}, undefined);
  const adapter = await createWebAdapter({ config, publicUrl: url, host });
  const running = adapter.run(stop.signal);
  await Promise.race([alive.promise, running]);
  const entrance = adapter.entrance?.() ?? '';
  const page = await openPage(entrance);
  const thread = await page.begin();
  return {
    adapter,
    address: { platform: 'web', channel: 'page', thread },
    events,
    page,
    entrance,
    port: Number(new URL(url).port),
    documents,
    log: lines,
    breakStore: (broken) => {
      store.broken = broken;
    },
    screen: async () => (await page.messages(thread)).map(({ text }) => text),
    async stop() {
      stop.abort();
      await Promise.all([serving, running]);
    },
  };
}
