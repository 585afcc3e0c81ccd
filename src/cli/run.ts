import type { CreateApp } from '../app.ts';
import { type ConfigSource, loadConfig } from '../config.ts';
import { systemClock } from '../lib/clock.ts';
import { createLog } from '../lib/log.ts';
import { reachThroughProxies } from '../lib/proxy.ts';
import { announce } from './announce.ts';
import { type ExitCode, exitCodes, explain, type Terminal } from './terminal.ts';

export interface RunOptions {
  readonly source: ConfigSource;
  readonly createApp: CreateApp;
  readonly terminal: Terminal;
  readonly logForm: 'json' | 'lines';
  /** First abort drains. */
  readonly signal: AbortSignal;
}

/** Runs until told to end, and says on the terminal where people come in. */
export async function runGateway({
  source,
  createApp,
  terminal,
  logForm,
  signal,
}: RunOptions): Promise<ExitCode> {
  const ended = new AbortController();
  try {
    const config = loadConfig(source);
    reachThroughProxies(config.proxies);
    const log = createLog({ level: config.logLevel, secrets: config.secrets(), form: logForm });
    for (const warning of config.warnings) log.warn({}, warning);
    const app = createApp(config, log);
    const status = () => app.status();
    const said = announce({ status, terminal, clock: systemClock, signal: ended.signal }).catch(
      (error: unknown) => log.error({ error }, 'status could not be told'),
    );
    await app.run(signal).finally(() => ended.abort());
    await said;
    return exitCodes.well;
  } catch (error) {
    return explain(error, terminal);
  }
}
