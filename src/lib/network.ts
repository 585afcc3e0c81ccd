/** How this process reaches other machines, whichever library does it. */
import { setDefaultAutoSelectFamily, setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';

/**
 * How long an address of one family is waited for before the next one is tried, milliseconds. Node's own 250 are less
 * than one round trip of a slow line takes, so that there an address is given up that works, and the one that does not
 * is all that is left.
 */
export const addressPatienceMs = 1500;

/** Networks have two families of addresses, and one of them may be slow or dead: each of them is tried. */
export function reachBothFamilies(): void {
  setDefaultAutoSelectFamily(true);
  setDefaultAutoSelectFamilyAttemptTimeout(addressPatienceMs);
}
