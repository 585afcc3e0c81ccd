import type { Finding } from '../core/diagnosis.ts';

/** Times that people see are off by this much at most without a word, milliseconds. */
const unnoticedMs = 3_000;
/** From here on signed requests of platforms are refused, and leases look odd, milliseconds. */
const harmfulMs = 60_000;

/** `aheadMs`: their clock minus ours; `fuzzMs`: how little that may mean. */
export function clockFinding(whose: string, aheadMs: number, fuzzMs: number): Finding {
  const off = Math.max(0, Math.abs(aheadMs) - fuzzMs);
  const subject = `clock against ${whose}`;
  if (off < unnoticedMs) return { subject, state: 'ok', sentence: 'They agree.' };
  const seconds = Math.round(off / 1000);
  return {
    subject,
    state: off < harmfulMs ? 'warn' : 'fail',
    sentence: `This machine’s clock is ${seconds} s ${aheadMs > 0 ? 'behind' : 'ahead'}.`,
    fix: 'Let the machine keep its time: timedatectl set-ntp true (or the clock settings of the system).',
  };
}

const patienceMs = 5_000;
/** The header tells whole seconds. */
const headerFuzzMs = 1_000;

/** By the Date header of whatever answers there. */
export async function siteClock(site: string): Promise<Finding> {
  const before = Date.now();
  try {
    const response = await fetch(site, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(patienceMs),
    });
    const took = Date.now() - before;
    const date = Date.parse(response.headers.get('date') ?? '');
    const { host } = new URL(site);
    if (Number.isNaN(date))
      return { subject: `clock against ${host}`, state: 'skip', sentence: 'It does not tell the time.' };
    return clockFinding(host, date + headerFuzzMs / 2 - (before + took / 2), headerFuzzMs + took);
  } catch (error) {
    const reason = error instanceof Error ? error.name : String(error);
    return { subject: 'clock', state: 'skip', sentence: `Nobody answered to compare with (${reason}).` };
  }
}
