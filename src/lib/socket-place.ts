import { createHash } from 'node:crypto';
import { lstat, mkdir } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../core/errors.ts';

/** Unix holds 104 (macOS) or 108 (Linux) bytes, with a zero at the end. */
const longestPath = 100;

/**
 * Where the socket with this path really lies. A path that is too long for a socket is replaced by a name made of
 * its hash in a directory of this user's under the system's temporary one, the same for whoever asks.
 * Throws `ConfigError` where that directory is somebody else's or open to others.
 */
export async function socketPlace(path: string): Promise<string> {
  if (Buffer.byteLength(path) <= longestPath) return path;
  const { uid } = userInfo();
  const directory = join(tmpdir(), `dragoman-${uid}`);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const found = await lstat(directory);
  const others = found.mode & 0o077;
  if (!found.isDirectory() || found.uid !== uid || others !== 0)
    throw new ConfigError(
      `${directory} must be a directory that only you can open, for the control socket lies there. Remove it, or use a shorter path, e.g. DRAGOMAN_DATA=$HOME/.dragoman`,
    );
  return join(directory, `${createHash('sha256').update(path).digest('hex').slice(0, 24)}.sock`);
}
