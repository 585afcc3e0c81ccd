import { randomUUID } from 'node:crypto';
import { createWebAdapter } from '../../../adapters/web/adapter.ts';
import { parseConfig } from '../../../adapters/web/config.ts';
import type { ChannelAdapter, MessageId, Routes, ThreadAddress } from '../../../src/core/channel.ts';
import { createHttp, type Http } from '../../../src/lib/http.ts';
import { createLog } from '../../../src/lib/log.ts';
import { memoryDocuments } from '../../fake/documents.ts';
import type { SentFile } from '../adapter/file-rig.ts';
import { createGateway, type Gateway } from '../adapter/gateway.ts';
import {
  type ChannelUnderTest,
  type People,
  type Place,
  type Platform,
  type Saying,
  type Seen,
  type Sent,
  until,
} from '../adapter/rig.ts';
import { openPage, type PageClient, type ShownMessage } from '../page-client.ts';
import { type FaultyDocuments, faulty } from './documents.ts';
import { mintedIn } from './minting.ts';
import { createEar, type Ear } from './stream.ts';

const log = createLog({ level: 'error', secrets: [], form: 'json', write: () => {} });

/** The page is its own platform: it goes with the process, and one person uses it. */
export async function startWebChannel(): Promise<ChannelUnderTest> {
  const state: { http: Http | undefined } = { http: undefined };
  const routes: Routes = { add: (...route) => state.http?.routes.add(...route) };
  const commands = ['status', 'model'].map((name) => ({ name, description: name }));
  const documents = faulty(memoryDocuments());
  const gateway = createGateway({ documents, routes, commands });
  const process = runner(gateway, (http) => {
    state.http = http;
  });
  await process.begin();
  const page = await openPage(process.adapter().entrance?.() ?? '');
  const [thread, other] = [addressOf(await page.begin()), addressOf(await page.begin())];
  const ear = createEar(page);
  await ear.listen(thread.thread);
  return {
    gateway,
    ...process,
    places: {
      thread,
      other,
      rooms: { thread: 'private', other: 'private', private: 'private' },
      names: { thread: 'hello', other: 'hello again', private: 'hello' },
    },
    people: peopleOf(page, gateway, (place) => (place === 'other' ? other : thread).thread),
    platform: platformOf(page, ear, gateway, documents),
    async begin() {
      await process.begin();
      await ear.listen(thread.thread);
    },
    stop: process.halt,
  };
}

const addressOf = (thread: string): ThreadAddress => ({ platform: 'web', channel: 'page', thread });

/** One process after another on the same port. */
function runner(gateway: Gateway, opened: (http: Http) => void) {
  const state: {
    port: number;
    adapter: ChannelAdapter | undefined;
    stop: AbortController;
    end: Promise<unknown>;
  } = { port: 0, adapter: undefined, stop: new AbortController(), end: Promise.resolve() };
  const config = parseConfig({}, undefined);
  const make = (publicUrl: string) => createWebAdapter({ config, publicUrl, host: gateway.host });
  return {
    make: () => make('http://127.0.0.1'),
    adapter() {
      if (state.adapter === undefined) throw new Error('the page was not begun');
      return state.adapter;
    },
    async begin() {
      const proofs = gateway.proofs.length;
      state.stop = new AbortController();
      const { signal } = state.stop;
      const http = createHttp({ host: '127.0.0.1', port: state.port, log });
      opened(http);
      const serving = http.run(signal);
      const { url } = await http.listening;
      state.port = Number(new URL(url).port);
      state.adapter = await make(url);
      const running = state.adapter.run(signal);
      state.end = Promise.all([serving, running]);
      await Promise.race([
        until(() => gateway.proofs.length > proofs || undefined, 'a proof of life'),
        running,
      ]);
    },
    async halt() {
      state.stop.abort();
      await state.end;
    },
  };
}

function peopleOf(page: PageClient, gateway: Gateway, threadOf: (place: Place) => string): People {
  const state = { repeat: false };
  const write = async (
    place: Place,
    text: string,
    files: readonly SentFile[],
    { replyTo }: Saying = {},
  ): Promise<Sent> => {
    const sent: { ok: boolean; files: readonly string[] | undefined } = { ok: false, files: undefined };
    const id = randomUUID();
    const send = async () => {
      sent.files ??= await Promise.all(files.map((file) => page.attach(file)));
      const options = { id, files: sent.files, ...(replyTo === undefined ? {} : { replyTo }) };
      sent.ok ||= (await page.send(threadOf(place), text, options)).ok;
    };
    // A page whose server is away keeps the message and tries again later.
    const kept = () => send().catch(() => undefined);
    const before = gateway.offered();
    await Promise.race([kept(), until(() => gateway.offered() > before || undefined, 'it is taken')]);
    if (state.repeat) await kept();
    state.repeat = false;
    return { acknowledged: () => sent.ok, again: send };
  };
  return {
    write: (place, text, how) => write(place, text, [], how),
    send: write,
    repeatNext() {
      state.repeat = true;
    },
    change: async (place, message, text) => void (await page.change(threadOf(place), message, text)),
    withdraw: async (place, message) => void (await page.withdraw(threadOf(place), message)),
    command: async (place, name, text) => void (await page.send(threadOf(place), `/${name} ${text}`.trim())),
    async press(place, message, label) {
      const shown = (await page.messages(threadOf(place))).find(({ id }) => id === message);
      const button = shown?.buttons?.find((one) => one.label === label);
      if (button === undefined) throw new Error(`no button ${label}`);
      await page.press(threadOf(place), message, button.token);
    },
    submit: async (place, message, form, fields) =>
      void (await page.submit(threadOf(place), message, form.token, fields)),
  };
}

function platformOf(page: PageClient, ear: Ear, gateway: Gateway, documents: FaultyDocuments): Platform {
  const messageOf = async (thread: string, id: MessageId) =>
    (await page.messages(thread)).find((one) => one.id === id);
  // It is itself the platform: all that can fail is its store.
  const refuse = { unavailable: () => documents.nextMessage('refused') };
  return {
    screen: async ({ thread }) =>
      (await page.messages(thread)).filter(({ deleted }) => deleted !== true).map(seen),
    refuse,
    loseAnswer: () => documents.nextMessage('lost'),
    downloads: {
      serve: {
        hangs: () => documents.nextPart('hangs'),
        cut: () => documents.nextPart('refused'),
        gone: () => documents.dropFiles(),
      },
      served: documents.read,
    },
    uploads: {
      async bytes({ thread }, id, name) {
        const file = (await messageOf(thread, id))?.files?.find((one) => one.name === name);
        if (file === undefined) throw new Error(`no file ${name}`);
        return new Uint8Array(await (await page.save(file.id)).arrayBuffer());
      },
      refuse,
      loseAnswer: () => documents.nextMessage('lost'),
    },
    minted: async ({ thread }, id) => mintedIn(`${(await messageOf(thread, id))?.html ?? ''}`),
    shownToAnn: ({ thread }) =>
      ear.heard(thread).flatMap(({ type, text }) => (type === 'whisper' ? [text] : [])),
    isAlive: ({ thread }) => ear.heard(thread).some(({ type }) => type === 'typing'),
    secrets: [gateway.host.secret('web')],
  };
}

function seen({ id, from, text, footnote, buttons, files = [] }: ShownMessage): Seen {
  return {
    id,
    by: from,
    text: [text, ...(footnote === undefined || footnote === '' ? [] : [footnote])].join('\n'),
    buttons: (buttons ?? []).map(({ label }) => label),
    files: files.map(({ name, size }) => ({ name, size })),
  };
}
