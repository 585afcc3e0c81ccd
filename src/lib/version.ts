import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { z } from 'zod';

/** Of this package. */
export function version(): string {
  const file = findPackageJSON('..', import.meta.url);
  if (file === undefined) throw new Error('the package has no package.json');
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))).version;
}
