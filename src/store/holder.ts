/** Who holds the lock of a data directory, and whether that process still lives. */
import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isErrno } from './errno.ts';

/** A process that holds a lock, as its lock file tells. */
export interface Holder {
  readonly id: string;
  readonly pid: number;
  /** When the process started, as its machine counts; empty where that is unknown. */
  readonly started: string;
  /** The machine's name: after a restart of the machine it is the same, and its processes are gone. */
  readonly host: string;
  readonly boot: string;
  /** Process ids mean the same only within one of these. */
  readonly namespace: string;
  /** ISO time. */
  readonly since: string;
}

export function thisProcess(): Holder {
  return {
    id: randomUUID(),
    pid: process.pid,
    started: startOf(process.pid) ?? '',
    ...thisPlace(),
    since: new Date().toISOString(),
  };
}

function thisPlace(): Pick<Holder, 'host' | 'boot' | 'namespace'> {
  return {
    host: hostname(),
    boot: read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()) ?? '',
    namespace: read(() => readlinkSync('/proc/self/ns/pid')) ?? '',
  };
}

/** Undefined where the file holds something else. */
export function parseHolder(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isHolder(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isHolder(value: unknown): value is Holder {
  if (typeof value !== 'object' || value === null) return false;
  return ['id', 'pid', 'started', 'host', 'boot', 'namespace', 'since'].every((key) => key in value);
}

/** Does the process live? `unknown`: it is or was on another machine, or in another container. */
export function judgeHolder(holder: Holder): 'alive' | 'dead' | 'unknown' {
  const here = thisPlace();
  if (holder.host === here.host && holder.boot !== here.boot) return 'dead';
  if (holder.boot !== here.boot || holder.namespace !== here.namespace) return 'unknown';
  if (!canSignal(holder.pid)) return 'dead';
  return (startOf(holder.pid) ?? '') === holder.started ? 'alive' : 'dead';
}

function canSignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and is somebody else's.
    return !isErrno(error, 'ESRCH');
  }
}

/** Start time in clock ticks since boot. Undefined: no such process, a zombie, or a machine without /proc. */
function startOf(pid: number): string | undefined {
  const stat = read(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // The second field is a name in parentheses that may hold anything; state is the third, start time the 22nd.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.[0] === 'Z' ? undefined : fields?.[19];
}

function read(source: () => string): string | undefined {
  try {
    return source();
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'EACCES') || isErrno(error, 'ESRCH')) return undefined;
    throw error;
  }
}
