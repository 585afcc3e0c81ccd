/** What our own OpenCode server may know of our environment; each dialect adds what it must ask. */

export interface GivenEnvironment extends Readonly<Record<string, string | undefined>> {
  readonly OPENCODE_CONFIG_CONTENT?: string | undefined;
}

/**
 * An agent's shell sees all of this (measured), so only what a server needs passes: where things are, the
 * language, its own settings, keys of model providers, proxies and certificates. Nothing of the gateway's.
 */
const passes =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|TERM|TMPDIR|TZ|LANG|LC_\w+|XDG_\w+|OPENCODE_(?!SERVER_PASSWORD$)\w+|\w+_API_KEY|(?:ANTHROPIC|AWS|AZURE|CLOUDFLARE|GOOGLE|OLLAMA|OPENAI|VERTEX)_\w+|HF_TOKEN|GITLAB_TOKEN|(?:HTTP|HTTPS|ALL|NO)_PROXY|(?:http|https|all|no)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_(?:FILE|DIR))$/;

/** What passes of our environment. */
export function passedEnvironment(env: GivenEnvironment): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => {
      return entry[1] !== undefined && passes.test(entry[0]);
    }),
  );
}
