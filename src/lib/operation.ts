/** What an operator's tools ask for over HTTP, and who may ask: health, readiness and metrics. */
import { isIP } from 'node:net';
import type { Routes } from '../core/channel.ts';
import type { Metrics } from './metrics.ts';
import { isSecret } from './secret.ts';

export interface Readiness {
  readonly ready: boolean;
  /** One line for each thing that must be well, with what is wrong where it is not. No secrets: it is shown to all. */
  readonly checks: Readonly<Record<string, string>>;
}

export interface OperationOptions {
  readonly readiness: () => Promise<Readiness>;
  readonly metrics: Metrics;
  /** The server is bound to this machine only. */
  readonly loopback: boolean;
  readonly metricsToken: string | undefined;
  /** The name by which people reach the server, where it has one. */
  readonly publicUrl: string | undefined;
}

/**
 * `/healthz` (the process lives), `/readyz` (it can do its work) and `/metrics`. The latter two tell what runs here:
 * a page of another site, which can point its own name at this address, reads them no more than it reads ours.
 */
export function addOperationRoutes(routes: Routes, options: OperationOptions): void {
  routes.add('GET', '/healthz', () => new Response('ok\n'));
  routes.add('GET', '/readyz', async (request) => {
    if (isForeign(request, options)) return new Response(foreignHost, { status: 403 });
    const readiness = await options.readiness();
    return Response.json(readiness, { status: readiness.ready ? 200 : 503 });
  });
  routes.add('GET', '/metrics', async (request) => {
    if (isForeign(request, options)) return new Response(foreignHost, { status: 403 });
    const refusal = refuseMetrics(request, options);
    if (refusal !== undefined) return new Response(`${refusal}\n`, { status: 401 });
    const { text, contentType } = await options.metrics.scrape();
    return new Response(text, { headers: { 'content-type': contentType } });
  });
}

const foreignHost = 'This address is not one that Dragoman is known by.\n';

/** Names that nobody can register for themselves: those without a dot, and those kept for networks of one's own. */
const ofOneNetwork = /^[^.]+$|\.(localhost|local|internal|lan|home\.arpa|svc|test)$/;

/**
 * The Host is neither an address, nor our own name, nor one that only a network of one's own can give, as probes and
 * scrapers use them: then a browser was sent here by the owner of that name.
 */
function isForeign(request: Request, { publicUrl }: OperationOptions): boolean {
  const host = request.headers.get('host') ?? new URL(request.url).host;
  if (!URL.canParse(`http://${host}`)) return true;
  const { hostname } = new URL(`http://${host}`);
  const own = publicUrl === undefined ? undefined : new URL(publicUrl).hostname;
  const isAddress = isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
  return !isAddress && hostname !== own && !ofOneNetwork.test(hostname);
}

/** Why the asker may not read the metrics. A proxy on this machine makes strangers look local; it tells by a header. */
function refuseMetrics(request: Request, { metricsToken, loopback }: OperationOptions): string | undefined {
  if (metricsToken !== undefined) {
    const given = request.headers.get('authorization') ?? '';
    return isSecret(given, `Bearer ${metricsToken}`)
      ? undefined
      : 'Send the METRICS_TOKEN as a bearer token.';
  }
  const proxied = request.headers.has('x-forwarded-for') || request.headers.has('forwarded');
  return loopback && !proxied ? undefined : 'Set METRICS_TOKEN to read the metrics from another machine.';
}
