import type { Config, ConfigSource } from '../config.ts';
import type { Log } from '../lib/log.ts';
import { reachThroughProxies } from '../lib/proxy.ts';
import { siteClock } from './clocks.ts';
import { examineConfiguration } from './configuration.ts';
import { examineDatabase } from './database.ts';
import { examineMachine } from './machine.ts';
import { examineProcess } from './process.ts';
import type { Section } from './section.ts';
import { examineServer } from './servers.ts';
import { wayTo } from './ways.ts';

/** What the parts that work write while they are looked at is nobody's business. */
const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Looks at everything that can be wrong, one part after the other, until aborted. Where a gateway runs, it keeps
 * working.
 */
export async function* examine(source: ConfigSource, signal: AbortSignal): AsyncGenerator<Section> {
  const { section, config } = examineConfiguration(source);
  yield section;
  if (config === undefined) return;
  reachThroughProxies(config.proxies);
  const process = await examineProcess(config.data);
  yield process.section;
  yield await examineMachine(config, process.runs);
  yield await examineDatabase(config, process.runs, silent);
  for (const name of Object.keys(config.servers)) {
    if (signal.aborted) return;
    yield await examineServer(name, { config, runs: process.runs, log: silent, signal });
  }
  for (const platform of config.platforms) {
    if (signal.aborted) return;
    yield await examinePlatform(platform, config, process.runs);
  }
}

async function examinePlatform(
  platform: Config['platforms'][number],
  { channels, http, proxies }: Config,
  running: boolean,
): Promise<Section> {
  const prefix = `${platform.id}:`;
  const named = Object.keys(channels)
    .filter((channel) => channel.startsWith(prefix))
    .map((channel) => channel.slice(prefix.length));
  const { findings, site } = await platform.diagnose({
    running,
    channels: named,
    publicUrl:
      http.publicUrl ?? `http://${http.host.includes(':') ? `[${http.host}]` : http.host}:${http.port}`,
  });
  const outside = site === undefined ? [] : [wayTo(site, proxies), await siteClock(site)];
  return { about: `platform ${platform.id}`, findings: [...findings, ...outside] };
}
