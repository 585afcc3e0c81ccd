import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DemoPlaces } from './environment.ts';

/** What OpenCode wants in each directory of configuration, whether or not a plugin is used. */
const lock = { lockfileVersion: 3, packages: { '': { dependencies: { '@opencode-ai/plugin': '*' } } } };

/**
 * Makes the home directory of the demo's agent server. OpenCode 1.18.33 loads its plugin package from the npm
 * registry into a directory of configuration that lacks it, with all that it depends on: 95 MB and about 10 s of a
 * processor (measured). No plugin is used here, and a lockfile that names the package is all that it looks for.
 * Its own list of the world's models costs 6 s of a processor until the first answer; an empty one takes its place.
 */
export async function writeServerHome({ home, models }: DemoPlaces): Promise<void> {
  const configuration = join(home, 'config', 'opencode');
  await mkdir(join(configuration, 'node_modules'), { recursive: true, mode: 0o700 });
  await writeFile(join(configuration, 'package-lock.json'), JSON.stringify(lock));
  await writeFile(models, '{}');
}
