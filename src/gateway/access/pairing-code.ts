import type { InboxId } from '../../core/ids.ts';
import type { Ids } from '../ids.ts';

/** 32 letters and digits, none of which looks like another: a code has 40 bits. */
const letters = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/**
 * The code of a person, as it is shown: `4821-KQWX`. Derived from the inbox row in which they asked, so that it can
 * be said again after a crash and is stored nowhere.
 */
export function pairingCodeOf(ids: Ids, person: string, inbox: InboxId): string {
  const code = Array.from(
    ids.digest('code', `${person}:${inbox}`).subarray(0, 8),
    (byte) => letters[byte % letters.length],
  ).join('');
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

/** What somebody typed as a code, however they wrote it; undefined: it cannot be one. */
export function readCode(text: string): string | undefined {
  const code = text.toUpperCase().replace(/[\s-]/g, '');
  return code.length === 8 && [...code].every((letter) => letters.includes(letter))
    ? `${code.slice(0, 4)}-${code.slice(4)}`
    : undefined;
}

/** What is stored of a code, hex. */
export function pairingHashOf(ids: Ids, code: string): string {
  return ids.digest('code-hash', code).toString('hex');
}
