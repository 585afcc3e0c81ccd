import type { Environment } from './environment.ts';
import type { ConfigFile } from './file.ts';
import { secretNames } from './variables.ts';

/** A shorter value of a variable that is not ours may be an ordinary word, such as `true`. */
const shortestForeign = 8;

/** By the name of a variable or of an adapter's setting. */
export function holdsSecret(name: string): boolean {
  return /(PASSWORD|TOKEN|SECRET|_KEY)$/.test(name);
}

/** Values by the names of their variables, keys of model providers included, and what stands within addresses. */
export function secretsOf(environment: Environment, file: ConfigFile): readonly string[] {
  const { DATABASE_URL: url } = environment;
  const inUrl = url !== undefined && URL.canParse(url) ? decodeURIComponent(new URL(url).password) : '';
  const own = secretNames.map((name) => environment[name]);
  const foreign = Object.entries(environment)
    .filter(([name, value]) => holdsSecret(name) && (value?.length ?? 0) >= shortestForeign)
    .map(([, value]) => value);
  const inFile = Object.values(file.servers).map(({ password }) => password);
  return [inUrl, ...own, ...foreign, ...inFile].filter((value): value is string => Boolean(value));
}
