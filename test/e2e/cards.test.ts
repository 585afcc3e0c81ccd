/** What a person sees before they allow something: tools that an MCP server brought, and commands of any length. */
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ShownMessage } from '../contract/page-client.ts';
import { button, eventually, type Gateway, screen, settled, startGateway } from '../harness.ts';

const here: { gateway?: Gateway } = {};
const gateway = (): Gateway => here.gateway ?? expect.unreachable();

beforeAll(async () => {
  const command = [process.execPath, resolve('test/fake/mcp-server.mjs')];
  here.gateway = await startGateway({ configuration: { mcp: { tracker: { type: 'local', command } } } });
});
afterAll(() => here.gateway?.end());

async function said(words: string): Promise<string> {
  const page = gateway().page();
  const thread = await page.begin();
  await page.send(thread, words);
  return thread;
}

/** The newest open card. */
const openCard = (thread: string): Promise<ShownMessage> =>
  eventually('a card that waits', async () => {
    const messages = await gateway().page().messages(thread);
    return messages.findLast(({ buttons }) => buttons?.some(({ label }) => label === 'Reject'));
  });

async function press(thread: string, label: string): Promise<void> {
  const { message, token } = await button(gateway().page(), thread, label);
  expect((await gateway().page().press(thread, message, token)).ok).toBe(true);
}

test('a tool of an MCP server is allowed by who has read all that it is given', async () => {
  const thread = await said('call tracker_delete_project {"project":"production","force":true}');
  expect(screen([await openCard(thread)])).toMatchInlineSnapshot(`
    "Dragoman  ⚠ Wants to use tracker_delete_project
              json
              {
                "project": "production",
                "force": true
              }
              in default · for You
              Only a button decides this.
              [Allow once] [Reject] [Reject with reason]"
  `);
  await press(thread, 'Allow once');
  expect(screen(await settled(gateway().page(), thread))).toMatchInlineSnapshot(`
    "You       call tracker_delete_project {"project":"production","force":true}
    Dragoman  Worked · # s
              ✓ tracker_delete_project {"project":"production","force":true}
    Dragoman  Wants to use tracker_delete_project
              json
              {
                "project": "production",
                "force": true
              }
              in default · for You
              ✓ Allowed once by You · #:#
    Dragoman  It is gone.
              scripted · build · # s · # tokens"
  `);
});

test('a long command can be allowed once it stands there whole', async () => {
  const command = `${Array.from({ length: 2000 }, (_, n) => `echo ${n} >> /dev/null`).join('; ')}; echo end`;
  const thread = await said(`call bash ${JSON.stringify({ command, description: 'count' })}`);
  await press(thread, 'Allow once');
  const messages = await settled(gateway().page(), thread);
  expect(messages.some(({ text }) => /All of it is in request-\d+\.txt\./.test(text))).toBe(true);
  expect(messages.flatMap(({ files }) => files ?? []).map(({ name }) => name)).toEqual([
    expect.stringMatching(/^request-\d+\.txt$/),
  ]);
});

test('what another client of the server decided is told', async () => {
  const thread = await said('call tracker_delete_project {"project":"elsewhere"}');
  await openCard(thread);
  const { url, username, password } = await gateway().openCode();
  const headers = {
    authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
    'content-type': 'application/json',
  };
  const query = `directory=${encodeURIComponent(gateway().project)}`;
  const pending = (await (await fetch(`${url}/permission?${query}`, { headers })).json()) as { id: string }[];
  const body = JSON.stringify({ reply: 'always' });
  await fetch(`${url}/permission/${pending[0]?.id}/reply?${query}`, { method: 'POST', headers, body });
  expect(screen(await settled(gateway().page(), thread))).toContain(
    '✓ Allowed always by another client of the agent server',
  );
});
