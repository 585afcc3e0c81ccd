/** Times and counts as a person says them. Pure. */

/** `4.1 s`, `38 s`, `1 min 12 s`, `2 h 5 min`. */
export function duration(ms: number): string {
  if (ms < 9_950) return `${(Math.max(0, ms) / 1000).toFixed(1)} s`.replace('.0 s', ' s');
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return joined(`${minutes} min`, seconds % 60, 's');
  return joined(`${Math.floor(minutes / 60)} h`, minutes % 60, 'min');
}

function joined(large: string, small: number, unit: string): string {
  return small === 0 ? large : `${large} ${small} ${unit}`;
}

/** A running clock in steps, so that nothing but time passing changes a message rarely: each step is a call. */
export function elapsed(ms: number): string {
  const step = ms < 60_000 ? 5_000 : 15_000;
  return duration(Math.max(0, Math.floor(ms / step)) * step);
}

/** `800 tokens`, `14k tokens`, `1.2M tokens`. */
export function tokens(count: number): string {
  if (count < 1_000) return `${count} tokens`;
  if (count < 999_500) return `${Math.round(count / 1_000)}k tokens`;
  return `${(count / 1_000_000).toFixed(1)}M tokens`;
}

/** US dollars; empty where nothing was paid. */
export function cost(dollars: number): string {
  if (dollars <= 0) return '';
  return dollars < 0.01 ? '<$0.01' : `$${dollars.toFixed(2)}`;
}

/** `1 file`, `2 files`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
