import { afterEach, expect, test } from 'vitest';
import { type Gateway, type GatewayOptions, screen, settled, startGateway } from '../harness.ts';
import { sharedDatabase } from '../shared.ts';

const started: Gateway[] = [];

afterEach(async () => {
  for (const gateway of started.splice(0)) await gateway.end();
});

async function start(options: GatewayOptions): Promise<Gateway> {
  const gateway = await startGateway({ databaseUrl: await sharedDatabase(), ...options });
  started.push(gateway);
  return gateway;
}

test('a foreign server that would not ask is said to be so, everywhere', async () => {
  const gateway = await start({ foreignServer: true });
  const page = gateway.page();
  const ready = await fetch(gateway.url('/readyz'));
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({
    checks: { 'gate opencode': 'approvals are off on this server' },
  });
  expect(gateway.output()).toContain(
    'Approvals are off on this server. Without asking it runs: shell commands (',
  );
  const thread = await page.begin();
  await page.send(thread, 'shell: nobody is asked');
  const text = screen(await settled(page, thread));
  expect(text).toContain('approvals are off on this server');
  expect(text).not.toContain('Allowed once');
});
