import { statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Config } from '../config.ts';
import type { Finding } from '../core/diagnosis.ts';
import type { Section } from './section.ts';

const megabyte = 1024 * 1024;
/** What the embedded database may need to open, and what makes a day of work safe. */
const least = 128 * megabyte;
const good = 1024 * megabyte;

/** `runs`: a gateway works here now, and holds the port. */
export async function examineMachine(
  { data, http }: Pick<Config, 'data' | 'http'>,
  runs: boolean,
): Promise<Section> {
  const { bavail, bsize } = await statfs(data);
  const findings = [disk(data, bavail * bsize)];
  return { about: 'machine', findings: runs ? findings : [...findings, await port(http)] };
}

async function port({ host, port: number }: Pick<Config['http'], 'host' | 'port'>): Promise<Finding> {
  const subject = 'port';
  if (number === 0) return { subject, state: 'ok', sentence: 'The page takes any free one.' };
  const server = createServer();
  const failure = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    server.once('error', resolve);
    server.listen(number, host, () => server.close(() => resolve(undefined)));
  });
  if (failure === undefined)
    return { subject, state: 'ok', sentence: `${host}:${number} is free for the page.` };
  return {
    subject,
    state: 'fail',
    sentence: `The page cannot listen on ${host}:${number} (${failure.code}).`,
    fix: 'End what listens there, or choose another one: WEB_PORT=4081',
  };
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
