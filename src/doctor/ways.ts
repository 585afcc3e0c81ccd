import type { Finding } from '../core/diagnosis.ts';
import { type ProxySettings, proxyFor } from '../lib/proxy.ts';

/** By which way a platform's address is reached. A proxy's address may hold a password: its host says enough. */
export function wayTo(site: string, proxies: ProxySettings): Finding {
  const { host } = new URL(site);
  const proxy = proxyFor(proxies, new URL(site));
  const way = proxy === undefined ? 'is direct' : `leads through the proxy ${proxy.host}`;
  return { subject: 'way', state: 'ok', sentence: `The way to ${host} ${way}.` };
}
