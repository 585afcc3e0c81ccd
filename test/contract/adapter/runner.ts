import type { ChannelAdapter } from '../../../src/core/channel.ts';
import type { AdapterDefinition } from '../../../src/core/definition.ts';
import type { Gateway } from './gateway.ts';
import { until } from './rig.ts';

/** An adapter at work. */
export interface Running {
  readonly adapter: ChannelAdapter;
  /** Its `run`. */
  readonly run: Promise<void>;
  /** Resolves when its `run` has ended. */
  end(): Promise<void>;
}

type Settings = Readonly<Record<string, string>>;

/** Configures and makes an adapter as the process does. */
async function made<Config>(
  definition: AdapterDefinition<Config>,
  environment: Settings,
  gateway: Gateway,
): Promise<ChannelAdapter> {
  const config = definition.parse(environment, undefined);
  if (config === undefined) throw new Error(`${definition.id} is switched off`);
  return definition.create(config, {
    id: definition.id,
    publicUrl: 'http://127.0.0.1:4080',
    host: gateway.host,
  });
}

/** Makes and runs an adapter; it may not hear people yet. */
export async function started<Config>(
  definition: AdapterDefinition<Config>,
  environment: Settings,
  gateway: Gateway,
): Promise<Running> {
  const adapter = await made(definition, environment, gateway);
  const stop = new AbortController();
  const run = adapter.run(stop.signal);
  return {
    adapter,
    run,
    async end() {
      stop.abort();
      await run;
    },
  };
}

export interface RunnerOptions<Config> {
  readonly definition: AdapterDefinition<Config>;
  readonly environment: Settings;
  readonly gateway: Gateway;
  /** Does it hear people now; unset: it gave a proof of life. */
  heard?(): boolean;
  /** Has the platform noticed that it went; unset: it is not asked. */
  gone?(): boolean;
}

export interface Runner {
  /** The one that was begun last. */
  adapter(): ChannelAdapter;
  /** A further one, which does not run. */
  make(): Promise<ChannelAdapter>;
  begin(): Promise<void>;
  halt(): Promise<void>;
}

/** One adapter after another on the same platform and for the same gateway. */
export function createRunner<Config>(options: RunnerOptions<Config>): Runner {
  const { definition, environment, gateway, heard, gone = () => true } = options;
  const state: { current: Running | undefined } = { current: undefined };
  const current = () => {
    if (state.current === undefined) throw new Error('no adapter was begun');
    return state.current;
  };
  return {
    adapter: () => current().adapter,
    make: () => made(definition, environment, gateway),
    async begin() {
      const proofs = gateway.proofs.length;
      state.current = await started(definition, environment, gateway);
      const hears = heard ?? (() => gateway.proofs.length > proofs);
      await Promise.race([until(() => hears() || undefined, 'it hears people'), state.current.run]);
    },
    async halt() {
      await current().end();
      await until(() => gone() || undefined, 'it is gone');
    },
  };
}
