/** When the process is to end: signals, and the end of the program that started it and waits for it. */
import type { Clock } from '../lib/clock.ts';

type SignalName = 'SIGINT' | 'SIGTERM';

/** What of the process it takes. */
export interface SignalHost {
  on(name: SignalName, listener: () => void): unknown;
  exit(code: number): void;
  /** Id of the process that started this one, or of the one that took it over. */
  readonly ppid: number;
}

/** A terminal and npm may both pass on one Ctrl-C; what comes this soon after the first is the same press. */
const samePressMs = 500;
/** Between two looks whether the starter is still there. */
const parentCheckMs = 250;

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

/**
 * Aborted also when the starter is gone. A script of npm runs in a shell, and a SIGTERM to npm ends that shell but
 * not what it runs (measured, npm 11 with dash): nobody would know of the gateway that goes on.
 */
export function endWithStarter(signal: AbortSignal, host: SignalHost, clock: Clock): AbortSignal {
  const end = new AbortController();
  const starter = host.ppid;
  const watch = async (): Promise<void> => {
    while (!signal.aborted && host.ppid === starter) await clock.sleep(parentCheckMs, signal);
    end.abort();
  };
  void watch();
  return AbortSignal.any([signal, end.signal]);
}
