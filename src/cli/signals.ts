/** A terminal and npm may both pass on one Ctrl-C; what comes this soon after the first is the same press. */
const samePressMs = 500;

/** Aborted by the first SIGINT or SIGTERM, which drains; a second one ends the process at once. */
export function endOnSignals(): AbortSignal {
  const end = new AbortController();
  const heard = { at: 0 };
  const listen = (name: 'SIGINT' | 'SIGTERM', code: number) =>
    process.on(name, () => {
      const now = Date.now();
      if (!end.signal.aborted) {
        heard.at = now;
        end.abort();
      } else if (now - heard.at > samePressMs) process.exit(code);
    });
  listen('SIGINT', 130);
  listen('SIGTERM', 143);
  return end.signal;
}
