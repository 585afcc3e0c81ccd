import { randomInt } from 'node:crypto';

const letters = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** Names one entry of the log: short enough to be read out, without letters that look alike. */
export function createReference(): string {
  return Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('');
}
