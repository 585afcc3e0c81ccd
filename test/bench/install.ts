import { existsSync } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';

/** A package that the program needs at run time. */
export interface Installed {
  /** From the root, as in package-lock.json: `node_modules/a/node_modules/b`. */
  readonly path: string;
  readonly bytes: number;
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

const largest = 10;

/** How much comes with `npm install --omit=dev`, in bytes and in packages. */
export async function benchInstall(root = process.cwd()): Promise<readonly string[]> {
  const packages = await productionPackages(root);
  const total = packages.reduce((sum, { bytes }) => sum + bytes, 0);
  const top = packages.toSorted((a, b) => b.bytes - a.bytes).slice(0, largest);
  return [
    'runtime dependencies as installed here (a file with two names counts once)',
    `  ${'all'.padEnd(45)}  ${mb(total)}  ${packages.length} packages`,
    ...top.map(({ path, bytes }) => {
      const name = path.replace(/^node_modules\//, '').replaceAll('/node_modules/', ' › ');
      return `  ${name.padEnd(45)}  ${mb(bytes)}  ${((100 * bytes) / total).toFixed(1).padStart(4)} %`;
    }),
  ];
}

/** Walks from package.json through everything that is not for development only, looked for as Node does. */
export async function productionPackages(root: string): Promise<readonly Installed[]> {
  const seen = new Set<string>();
  const found: Installed[] = [];
  const counted = new Set<string>();
  const waiting: string[] = dependenciesOf(await manifest(root)).flatMap((name) => locate(name, root, root));
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    if (seen.has(path)) continue;
    seen.add(path);
    found.push({ path: relative(root, path).split(sep).join('/'), bytes: await bytesOf(path, counted) });
    for (const name of dependenciesOf(await manifest(path))) waiting.push(...locate(name, path, root));
  }
  return found;
}

async function manifest(directory: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'));
}

/** What npm installs with it; optional peers come only where something else asks for them. */
function dependenciesOf(of: Manifest): readonly string[] {
  const peers = Object.keys(of.peerDependencies ?? {});
  return [
    ...Object.keys(of.dependencies ?? {}),
    ...Object.keys(of.optionalDependencies ?? {}),
    ...peers.filter((name) => of.peerDependenciesMeta?.[name]?.optional !== true),
  ];
}

/** Nothing where it is not installed: optional, and for another system. */
function locate(name: string, from: string, root: string): readonly string[] {
  for (let directory = from; ; directory = resolve(directory, '..')) {
    const path = join(directory, 'node_modules', name);
    if (existsSync(join(path, 'package.json'))) return [path];
    if (directory === root) return [];
  }
}

/** The files of a package without those of packages inside it. */
async function bytesOf(directory: string, counted: Set<string>): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules') bytes += await bytesOf(path, counted);
      continue;
    }
    const { dev, ino, nlink, size } = await lstat(path);
    const file = `${dev}:${ino}`;
    if (nlink > 1 && counted.has(file)) continue;
    counted.add(file);
    bytes += size;
  }
  return bytes;
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1).padStart(6)} MB`;
}
