import { isLoopback } from './address.ts';
import type { Problems } from './problems.ts';
import { createSecret, type Secret } from './secret.ts';
import type { Variables } from './variables.ts';

export interface HttpConfig {
  readonly host: string;
  readonly port: number;
  /** Without a slash at the end; undefined: where the server turns out to listen. */
  readonly publicUrl: string | undefined;
  /** Bound to this machine only. */
  readonly loopback: boolean;
  readonly metricsToken: Secret | undefined;
}

export function httpOf(variables: Variables, problems: Problems): HttpConfig {
  const { WEB_HOST: host, WEB_PORT: port, WEB_URL: publicUrl, WEB_PASSWORD: password } = variables;
  const { METRICS_TOKEN: token } = variables;
  const loopback = isLoopback(host);
  if (!loopback && password === undefined)
    problems.add(
      `WEB_HOST is ${host} without WEB_PASSWORD`,
      'the page drives an agent with a shell, and other machines could reach it',
      'WEB_HOST=127.0.0.1, or WEB_PASSWORD_FILE=/run/secrets/page',
    );
  return {
    host,
    port,
    publicUrl,
    loopback,
    metricsToken: token === undefined ? undefined : createSecret(token),
  };
}
