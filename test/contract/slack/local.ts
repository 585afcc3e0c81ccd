/** A stand-in of Slack by others, as a process, and people on it. Not a dependency of ours: 91 MB, Linux only. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './world.ts';

const binary = fileURLToPath(
  new URL('../../../node_modules/local-slack-linux-x64/bin/local-slack', import.meta.url),
);

/** How to get it, where it is missing. */
export const missing = existsSync(binary)
  ? undefined
  : 'not installed: npm install --no-save local-slack-linux-x64@0.1.8';

interface LocalMessage {
  readonly ts: string;
  readonly text: string;
  readonly thread_ts?: string;
  readonly subtype?: string;
  readonly ephemeral_to?: string;
  readonly files?: readonly { readonly name: string; readonly size: number }[];
  readonly blocks?: readonly {
    readonly type: string;
    readonly text?: unknown;
    readonly elements?: readonly Json[];
  }[];
}

type Json = Readonly<Record<string, unknown>>;

export interface LocalSlack {
  readonly apiUrl: string;
  say(user: string, channel: string, text: string, thread?: string): Promise<string>;
  /** Sends files with a text. */
  share(user: string, channel: string, text: string, files: readonly File[]): Promise<void>;
  edit(user: string, channel: string, ts: string, text: string): Promise<void>;
  delete(user: string, channel: string, ts: string): Promise<void>;
  slash(user: string, channel: string, text: string): Promise<void>;
  press(user: string, channel: string, ts: string, label: string): Promise<void>;
  /** Submits the modal that is open. */
  submit(user: string, values: Json): Promise<void>;
  messages(channel: string): Promise<readonly LocalMessage[]>;
  /** Kills it and starts it again at the same place, without what was said. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const config = {
  workspace: { name: 'Home', domain: 'home', teamId: 'T0HOME' },
  apps: [
    {
      appId: 'A0APP',
      botUserId: 'U0BOT',
      botName: 'dragoman',
      botToken: 'xoxb-local',
      appToken: 'xapp-local',
      mode: 'socket',
    },
  ],
  users: [
    { id: 'U0ANN', name: 'ann', real_name: 'Ann' },
    { id: 'U0BEN', name: 'ben', real_name: 'Ben' },
  ],
  channels: [
    { id: 'C0API', name: 'api', members: ['U0BOT', 'U0ANN', 'U0BEN'] },
    { id: 'D0ANN', name: 'dm', is_im: true, is_channel: false, members: ['U0BOT', 'U0ANN'] },
  ],
};

export async function startLocalSlack(): Promise<LocalSlack> {
  const directory = await mkdtemp(join(tmpdir(), 'local-slack-'));
  const file = join(directory, 'config.json');
  await writeFile(file, JSON.stringify(config));
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const state: { child: ChildProcess } = { child: await run(file, port, base) };
  const control = (path: string, body: Json) => ask(`${base}/_control/${path}`, body);
  const messages = async (channel: string) => {
    const { messages: list } = (await ask(`${base}/_control/messages/${channel}`)) as {
      readonly messages: readonly LocalMessage[];
    };
    return list;
  };
  return {
    apiUrl: `${base}/api/`,
    messages,
    async say(user, channel, text, thread) {
      const place = thread === undefined ? { channel } : { channel, thread_ts: thread };
      const { message } = (await control('message', { ...place, user, text })) as {
        readonly message: LocalMessage;
      };
      return message.ts;
    },
    async share(user, channel, text, files) {
      const form = new FormData();
      for (const [name, value] of Object.entries({ user, channel, text })) form.append(name, value);
      for (const file of files) form.append('file', file);
      const response = await fetch(`${base}/_control/upload`, { method: 'POST', body: form });
      if (!response.ok) throw new Error(`the files were answered with ${response.status}`);
    },
    edit: async (user, channel, ts, text) =>
      void (await control('edit-message', { user, channel, ts, text })),
    delete: async (user, channel, ts) => void (await control('delete-message', { user, channel, ts })),
    slash: async (user, channel, text) =>
      void (await control('command', { user, channel, command: '/dragoman', text })),
    async press(user, channel, ts, label) {
      const message = (await messages(channel)).find((one) => one.ts === ts);
      const action = message?.blocks
        ?.flatMap(({ elements = [] }) => elements)
        .find(({ text }) => (text as Json | undefined)?.['text'] === label);
      if (action === undefined) throw new Error(`no button ${label}`);
      await control('interact', { channel, messageTs: ts, user, action });
    },
    submit: (user, values) => submit(port, user, values),
    async restart() {
      await end(state.child);
      state.child = await run(file, port, base);
    },
    async stop() {
      await end(state.child);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function run(file: string, port: number, base: string): Promise<ChildProcess> {
  const places = ['--config', file, '--files-dir', `${file}.files`];
  const child = spawn(binary, [...places, '--port', String(port), '--base-host', '127.0.0.1'], {
    stdio: 'ignore',
  });
  const state = { ready: false };
  const look = async () => {
    const answer = await fetch(`${base}/_control/state`).catch(() => undefined);
    state.ready = answer?.ok === true;
    if (!state.ready && child.exitCode === null) setTimeout(look, 50);
  };
  await look();
  await until(() => state.ready);
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function ask(url: string, body?: Json): Promise<unknown> {
  const response = await fetch(url, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    headers: { 'content-type': 'application/json' },
  });
  return response.json();
}

/** Only the page of the stand-in can submit a modal. */
function submit(port: number, user: string, values: Json): Promise<void> {
  return new Promise((resolve, reject) => {
    const page = new WebSocket(`ws://127.0.0.1:${port}/ui`);
    page.onerror = () => reject(new Error('the page cannot be reached'));
    page.onopen = () => page.send(JSON.stringify({ t: 'view_submit', user, values }));
    page.onmessage = ({ data }) => {
      const { t: type, stack = [] } = JSON.parse(String(data)) as {
        readonly t: string;
        readonly stack?: unknown[];
      };
      if (type === 'view_errors' || (type === 'view' && stack.length === 0)) {
        page.close();
        resolve();
      }
    };
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
