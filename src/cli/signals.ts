import type { Clock } from '../lib/clock.ts';

type SignalName = 'SIGINT' | 'SIGTERM';

/** What of the process it takes. */
export interface SignalHost {
  on(name: SignalName, listener: () => void): unknown;
  exit(code: number): void;
}

/** A terminal and npm may both pass on one Ctrl-C; what comes this soon after the first is the same press. */
const samePressMs = 500;

/** Aborted by the first SIGINT or SIGTERM, which drains; a second one ends the process at once. */
export function endOnSignals(host: SignalHost, clock: Clock): AbortSignal {
  const end = new AbortController();
  const heard = { at: 0 };
  const listen = (name: SignalName, code: number) =>
    host.on(name, () => {
      if (!end.signal.aborted) {
        heard.at = clock.now();
        end.abort();
      } else if (clock.now() - heard.at > samePressMs) host.exit(code);
    });
  listen('SIGINT', 130);
  listen('SIGTERM', 143);
  return end.signal;
}
