import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, type Gateway, screen, settled, startGateway } from '../harness.ts';
import { sharedDatabase } from '../shared.ts';

/** A plugin of OpenCode writes into the sessions: notes that nobody is to answer, and a word to go on. */

const plugin = `
export const Continue = async ({ client }) => {
  const done = new Set();
  return {
    event: async ({ event }) => {
      if (event.type !== 'session.idle') return;
      const id = event.properties.sessionID;
      const { data: messages } = await client.session.messages({ path: { id } });
      const said = JSON.stringify(messages ?? []);
      if (!said.includes('with a plugin') || done.has(id)) return;
      done.add(id);
      const note = { type: 'text', text: '9 messages pruned', ignored: true };
      await client.session.prompt({ path: { id }, body: { noReply: true, parts: [note] } });
      const go = { type: 'text', text: 'echo continued by the plugin', synthetic: true };
      await client.session.promptAsync({ path: { id }, body: { parts: [go] } });
    },
  };
};
`;

let gateway: Gateway;
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'dragoman-plugin-'));
  await mkdir(join(home, 'plugin'));
  await mkdir(join(home, 'node_modules'));
  const lock = { lockfileVersion: 3, packages: { '': { dependencies: { '@opencode-ai/plugin': '*' } } } };
  await writeFile(join(home, 'package-lock.json'), JSON.stringify(lock));
  await writeFile(join(home, 'plugin', 'continue.js'), plugin);
  gateway = await startGateway({
    databaseUrl: await sharedDatabase(),
    env: { OPENCODE_CONFIG_DIR: home },
  });
});
afterAll(async () => {
  await gateway.end();
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
});

test('what a plugin goes on with is a turn of its own; its note is shown nowhere, and undo takes no note for a message', async () => {
  const page = gateway.page();
  const thread = await page.begin();
  await page.send(thread, 'echo begun with a plugin');
  await eventually('the continuation', async () =>
    screen(await page.messages(thread)).includes('Dragoman  continued by the plugin') ? true : undefined,
  );
  const shown = screen(await settled(page, thread));
  expect(shown).toMatchInlineSnapshot(`
    "You       echo begun with a plugin
    Dragoman  begun with a plugin
              scripted · build · # s · # tokens
    Dragoman  From a program at the agent server:
              echo continued by the plugin
    Dragoman  continued by the plugin
              scripted · build · # s · # tokens"
  `);
  expect(shown).not.toContain('pruned');
  await page.send(thread, '!undo');
  await eventually('the answer to undo', async () =>
    screen(await page.messages(thread)).includes('Taken back: "echo begun with a plugin"') ? true : undefined,
  );
});
