import { statfs } from 'node:fs/promises';
import type { Finding } from '../core/diagnosis.ts';
import type { Section } from './section.ts';

const megabyte = 1024 * 1024;
/** What the embedded database may need to open, and what makes a day of work safe. */
const least = 128 * megabyte;
const good = 1024 * megabyte;

export async function examineMachine(data: string): Promise<Section> {
  const { bavail, bsize } = await statfs(data);
  return { about: 'machine', findings: [disk(data, bavail * bsize)] };
}

export function disk(data: string, free: number): Finding {
  const subject = 'disk';
  const amount =
    free > good ? `${(free / 1024 / megabyte).toFixed(1)} GB` : `${Math.floor(free / megabyte)} MB`;
  const sentence = `${amount} are free where the data lie (${data}).`;
  if (free >= good) return { subject, state: 'ok', sentence };
  return {
    subject,
    state: free < least ? 'fail' : 'warn',
    sentence,
    fix: 'Make room on that disk, or set DRAGOMAN_DATA to a directory on another one.',
  };
}
