/** What our own OpenCode server may know of our environment; each dialect adds what it must ask. */

export interface GivenEnvironment extends Readonly<Record<string, string | undefined>> {
  readonly OPENCODE_CONFIG_CONTENT?: string | undefined;
}

/**
 * An agent's shell sees all of this (measured), so only what a server needs passes: where things are, the
 * language, its own settings, proxies and certificates. Nothing of the gateway's; which keys of model providers
 * pass, the dialect knows.
 */
const passes =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|TERM|TMPDIR|TZ|LANG|LC_\w+|XDG_\w+|OPENCODE_(?!(?:SERVER_)?PASSWORD$|API_KEY$)\w+|(?:HTTP|HTTPS|ALL|NO)_PROXY|(?:http|https|all|no)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(?:FILE|DIR))$/;

/** What passes of our environment, with the keys that may. */
export function passedEnvironment(
  env: GivenEnvironment,
  mayPass: (name: string) => boolean,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => {
      return entry[1] !== undefined && (passes.test(entry[0]) || mayPass(entry[0]));
    }),
  );
}

/** What of the operator's decisions a server of ours is started by. */
export interface LaunchSettings {
  /** Ours, of which it gets what it needs. */
  readonly env: GivenEnvironment;
  /** `provider/model`: those that projects name. */
  readonly models: readonly string[];
  /** Whether it reads the configuration that stands in its projects: what stands there may let agents act unasked. */
  readonly trustsProjects: boolean;
}
