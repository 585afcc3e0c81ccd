import { type AppStatus, describeEntrances, describeServer } from '../app/status.ts';
import type { Clock } from '../lib/clock.ts';
import type { Terminal } from './terminal.ts';

export interface Announcement {
  readonly status: () => Promise<AppStatus>;
  readonly terminal: Terminal;
  readonly clock: Clock;
  /** Aborted when the app has ended. */
  readonly signal: AbortSignal;
}

const lookEveryMs = 100;
/** An embedded database that is restored and a server that is installed cold take their time. */
const patienceMs = 60_000;

/** Says where people come in as soon as it is known, and how the servers are once they answer. */
export async function announce(options: Announcement): Promise<void> {
  const { terminal, clock } = options;
  const entered = await until(options, (status) =>
    status.platforms.every(({ proof }) => proof !== undefined),
  );
  if (entered === undefined) return;
  for (const line of describeEntrances(entered)) terminal.print(line);
  const connected = await until(options, ({ servers }) =>
    servers.every((server) => server.connected && server.gate !== 'unknown'),
  );
  for (const server of connected?.servers ?? []) terminal.print(describeServer(server, clock.now()));
}

/** The first status that is so, or what it is when patience ends; undefined where the app ended or says nothing. */
async function until(
  { status, clock, signal }: Announcement,
  isSo: (status: AppStatus) => boolean,
): Promise<AppStatus | undefined> {
  const deadline = clock.now() + patienceMs;
  let last: AppStatus | undefined;
  while (!signal.aborted && clock.now() < deadline) {
    last = await status();
    if (isSo(last)) return last;
    await clock.sleep(lookEveryMs, signal);
  }
  return signal.aborted ? undefined : last;
}
