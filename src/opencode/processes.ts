/** Processes of the system that may outlive us: who they are, and how they end. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * What tells a process from a later one with the same id: when it began and what it runs. Undefined: there is
 * none, or the system does not tell.
 */
export async function identityOf(pid: number): Promise<string | undefined> {
  try {
    if (process.platform !== 'linux') {
      const { stdout } = await run('ps', ['-o', 'lstart=,command=', '-p', String(pid)]);
      return stdout.trim() || undefined;
    }
    const [stat, command] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
    ]);
    // The name in parentheses may hold blanks; after it the state is the 1st field, the start the 20th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // Dead and not yet collected, or just ending: there is no command left.
    if (fields[0] === 'Z' || command === '') return undefined;
    return `${fields[19] ?? ''} ${command.replaceAll('\0', ' ').trim()}`;
  } catch {
    return undefined;
  }
}

/** Sends a signal to a whole process group; false where it is gone. */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * Ends every process that carries this secret in its environment: commands that an agent ran outlive a killed
 * server, in groups of their own (measured). Only Linux tells environments; elsewhere they end by themselves.
 */
export async function killCarriers(secret: string): Promise<number> {
  if (process.platform !== 'linux' || secret === '') return 0;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const carriers = await Promise.all(pids.map((pid) => carries(pid, secret)));
  const found = pids.filter((pid, index) => carriers[index] === true && pid !== process.pid);
  for (const pid of found) killOne(pid);
  return found.length;
}

async function carries(pid: number, secret: string): Promise<boolean> {
  try {
    return (await readFile(`/proc/${pid}/environ`, 'utf8')).includes(secret);
  } catch {
    // Somebody else's, or gone.
    return false;
  }
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
