/**
 * Wrong passwords, counted for each place that they come from: whoever guesses shuts nobody out but themselves. A
 * browser that was let in once shows that by a mark, and is counted alone, also behind the address of a proxy.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { createRecent } from '../../src/lib/recent.ts';
import { isSecret } from '../../src/lib/secret.ts';

export interface Tries {
  /** There were too many wrong ones from there: no more are looked at for now. */
  tooMany(from: Source): boolean;
  wrong(from: Source): void;
  /** For a browser that was let in: it opens nothing. */
  mark(): string;
}

/** Where a try comes from. */
export interface Source {
  /** The address of the connection. */
  readonly address: string;
  /** What `mark` gave to this browser. */
  readonly mark: string | undefined;
}

/** Wrong passwords from one place in a minute before its further tries are refused: no network guesses so slowly. */
const triesPerMinute = 10;
/** Places that are remembered. */
const mostPlaces = 10_000;

export function createTries(secret: string, now: () => number): Tries {
  const wrong = createRecent<string, readonly number[]>(mostPlaces);
  const placeOf = ({ address, mark }: Source) =>
    mark !== undefined && isMark(secret, mark) ? `mark ${mark}` : `address ${networkOf(address)}`;
  const lately = (place: string) => (wrong.get(place) ?? []).filter((at) => at > now() - 60_000);
  return {
    tooMany: (from) => lately(placeOf(from)).length >= triesPerMinute,
    wrong(from) {
      const place = placeOf(from);
      wrong.set(place, [...lately(place), now()]);
    },
    mark() {
      const random = randomBytes(16).toString('base64url');
      return `${random}.${sealOf(secret, random)}`;
    },
  };
}

function sealOf(secret: string, random: string): string {
  return createHmac('sha256', secret).update(`known browser ${random}`).digest('base64url');
}

function isMark(secret: string, mark: string): boolean {
  const [random = '', seal = ''] = mark.split('.', 2);
  return isSecret(seal, sealOf(secret, random));
}

/** Whoever has one address of IPv6 has 2^64 of them. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:/i, '');
  return plain.includes(':') ? plain.split(':').slice(0, 4).join(':') : plain;
}
