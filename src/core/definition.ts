import type { ChannelAdapter, Host } from './channel.ts';
import type { Diagnosis, DiagnosisContext } from './diagnosis.ts';
import type { SetupGuide } from './setup.ts';

/** What an adapter is made with: who it is in this process, and whom it tells what it hears. */
export interface AdapterContext {
  /**
   * The id of this adapter, and the platform in its addresses: the definition's, or another one where several bots
   * of one platform run. Ids of authors begin with the definition's in any case: a person is the same to all of them.
   */
  readonly id: string;
  /** How people reach the process's HTTP server, without a slash at the end. */
  readonly publicUrl: string;
  readonly host: Host;
}

/**
 * How a platform is configured and made: what `adapters/index.ts` lists, one a platform. Every command loads all of
 * them, so what speaks with the platform is imported only where `create`, `diagnose` or `setup` is called.
 *
 * `Config` is the adapter's own; nobody else looks into it, it only goes from `parse` to `create`.
 */
export interface AdapterDefinition<Config = unknown> {
  readonly id: string;
  /**
   * Names of environment variables that it understands; each may also come as `NAME_FILE`, already read by the core.
   * The first one switches it on. What `parse` throws writes them out: where a setting comes from the configuration
   * file, its key is put there instead (`PLATFORM_BOT_TOKEN` is `botToken`).
   */
  readonly variables: readonly string[];
  /** Several of it can run in one process, each with settings of its own in the configuration file. */
  readonly several?: true;
  /** People who are admins by the adapter's nature. */
  readonly admins: readonly string[];
  /**
   * `file` is the adapter's part of the configuration file, undefined where it has none.
   * `undefined` means switched off. Throws `ConfigError` that names the variable or key, the reason and an example.
   */
  parse(environment: Readonly<Record<string, string | undefined>>, file: unknown): Config | undefined;
  /** All that it does but hearing works from then on. */
  create(config: Config, context: AdapterContext): Promise<ChannelAdapter>;
  /** Looks at everything that can be wrong there, by real calls. Does not reject for what the platform says. */
  diagnose?(config: Config, context: DiagnosisContext): Promise<Diagnosis>;
  /** How a person sets it up; unset: nothing to do. */
  setup?(): Promise<SetupGuide>;
}
