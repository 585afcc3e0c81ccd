/** The proxies of the environment: the variables that other programs go by as well. */
import type { ProxySettings } from '../lib/proxy.ts';
import type { Environment } from './environment.ts';
import type { Problems } from './problems.ts';
import type { ServerConfig } from './servers.ts';

/** No proxy leads back to this machine. */
const here = ['localhost', '127.0.0.1', '::1'];

/** Lower case wins, as with curl; agent servers are reached directly. */
export function proxiesOf(
  environment: Environment,
  servers: Readonly<Record<string, ServerConfig>>,
  problems: Problems,
): ProxySettings {
  const { http_proxy, HTTP_PROXY, https_proxy, HTTPS_PROXY, no_proxy, NO_PROXY } = environment;
  const http = proxyAt('HTTP_PROXY', http_proxy || HTTP_PROXY, problems);
  const https = proxyAt('HTTPS_PROXY', https_proxy || HTTPS_PROXY, problems) ?? http;
  const named = (no_proxy || NO_PROXY || '').split(/[,\s]+/).filter((entry) => entry !== '');
  const agents = Object.values(servers).flatMap((server) =>
    server.kind === 'remote' && URL.canParse(server.url) ? [new URL(server.url).hostname] : [],
  );
  return { http, https, direct: [...here, ...agents, ...named] };
}

/** Without its scheme it is an http proxy. It may hold a password and is never shown. */
function proxyAt(name: string, text: string | undefined, problems: Problems): URL | undefined {
  if (!text) return undefined;
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (URL.canParse(address) && isProxy(new URL(address))) return new URL(address);
  problems.add(
    `${name} is not valid`,
    'it is the http or https address of a proxy',
    `${name}=http://proxy:3128`,
  );
  return undefined;
}

function isProxy({ protocol, username, password }: URL): boolean {
  return /^https?:$/.test(protocol) && [username, password].every(isDecodable);
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

export function passwordsOf({ http, https }: ProxySettings): readonly string[] {
  return [http, https].flatMap((proxy) => (proxy?.password ? [decodeURIComponent(proxy.password)] : []));
}
