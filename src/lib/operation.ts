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
}

/** `/healthz` (the process lives), `/readyz` (it can do its work) and `/metrics`. */
export function addOperationRoutes(routes: Routes, options: OperationOptions): void {
  routes.add('GET', '/healthz', () => new Response('ok\n'));
  routes.add('GET', '/readyz', async () => {
    const readiness = await options.readiness();
    return Response.json(readiness, { status: readiness.ready ? 200 : 503 });
  });
  routes.add('GET', '/metrics', async (request) => {
    const refusal = refuseMetrics(request, options);
    if (refusal !== undefined) return new Response(`${refusal}\n`, { status: 401 });
    const { text, contentType } = await options.metrics.scrape();
    return new Response(text, { headers: { 'content-type': contentType } });
  });
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
