import { randomUUID } from 'node:crypto';
import type { SentFile } from './adapter/file-rig.ts';

/** A person at the page, through its real HTTP interface and without a browser. */
export interface PageClient {
  /** What lets a request in, as headers. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Begins a thread; its id. */
  begin(): Promise<string>;
  /** The same `id` again is the same message. */
  send(
    thread: string,
    text: string,
    options?: { readonly id?: string; readonly replyTo?: string; readonly files?: readonly string[] },
  ): Promise<Response>;
  /** Brings a file, part by part, to go with a message; its id. Rejects with what a person is told. */
  attach(file: SentFile): Promise<string>;
  /** A file as it is saved. */
  save(id: string): Promise<Response>;
  change(thread: string, message: string, text: string): Promise<Response>;
  withdraw(thread: string, message: string): Promise<Response>;
  press(thread: string, message: string, token: string): Promise<Response>;
  submit(
    thread: string,
    message: string,
    token: string,
    fields: Readonly<Record<string, readonly string[]>>,
  ): Promise<Response>;
  /** The newest messages of a thread, oldest first. */
  messages(thread: string): Promise<readonly ShownMessage[]>;
  ask(method: string, path: string, body?: unknown): Promise<Response>;
}

export interface ShownButton {
  readonly label: string;
  readonly token: string;
  readonly form?: ShownForm;
}

export interface ShownForm {
  readonly token: string;
  readonly fields: readonly {
    readonly id: string;
    readonly options: readonly { readonly label: string }[];
  }[];
}

export interface ShownMessage {
  readonly id: string;
  readonly from: 'agent' | 'person';
  readonly kind?: string;
  /** What can be read, without marks. */
  readonly text: string;
  readonly html?: string;
  readonly footnote?: string;
  readonly live?: boolean;
  readonly buttons?: readonly ShownButton[];
  readonly form?: ShownForm | null;
  readonly files?: readonly { readonly id: string; readonly name: string; readonly size: number }[];
  readonly edited?: boolean;
  readonly deleted?: boolean;
}

/** `entrance`: the printed address with its key. */
export async function openPage(entrance: string): Promise<PageClient> {
  const { origin } = new URL(entrance);
  const entered = await fetch(`${origin}/api/session`, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json' },
    body: JSON.stringify({ key: new URL(entrance).hash.slice('#key='.length) }),
  });
  const { token } = (await entered.json()) as { readonly token?: string };
  const credentials = { authorization: `Bearer ${token ?? ''}` };
  const ask: Ask = (method, path, body) =>
    fetch(`${origin}${path}`, {
      method,
      headers: {
        ...credentials,
        ...(method === 'GET' ? {} : { origin }),
        ...(body === undefined ? {} : { 'content-type': typeOf(body) }),
      },
      ...(body === undefined ? {} : { body: body instanceof Blob ? body : JSON.stringify(body) }),
    });
  const place = (thread: string, message: string) => `/api/threads/${thread}/messages/${message}`;
  return {
    credentials,
    ask,
    async begin() {
      const id = randomUUID();
      await ask('POST', '/api/threads', { id });
      return id;
    },
    attach: (file) => attach(ask, file),
    save: (id) => ask('GET', `/api/files/${id}`),
    send: (thread, text, { id = randomUUID(), replyTo, files = [] } = {}) =>
      ask('POST', `/api/threads/${thread}/messages`, {
        id,
        text,
        files,
        ...(replyTo === undefined ? {} : { replyTo }),
      }),
    change: (thread, message, text) => ask('PATCH', place(thread, message), { id: randomUUID(), text }),
    withdraw: (thread, message) => ask('DELETE', place(thread, message)),
    press: (thread, message, token) =>
      ask('POST', `${place(thread, message)}/press`, { id: randomUUID(), token }),
    submit: (thread, message, token, fields) =>
      ask('POST', `${place(thread, message)}/form`, { id: randomUUID(), token, fields }),
    async messages(thread) {
      const response = await ask('GET', `/api/threads/${thread}/messages`);
      const page = (await response.json()) as { readonly messages: readonly ShownMessage[] };
      return page.messages.map((message) => ({
        ...message,
        text: message.text ?? readable(message.html ?? ''),
      }));
    },
  };
}

type Ask = (method: string, path: string, body?: unknown) => Promise<Response>;

const typeOf = (body: unknown) => (body instanceof Blob ? 'application/octet-stream' : 'application/json');

/** As the page does it. */
const partBytes = 512 * 1024;

async function attach(ask: Ask, { name, mime, bytes }: SentFile): Promise<string> {
  const id = randomUUID();
  const taken = async (response: Response) => {
    if (!response.ok) throw new Error(((await response.json()) as { readonly error: string }).error);
  };
  await taken(await ask('POST', '/api/files', { id, name, mime, size: bytes.length }));
  for (let part = 0; part * partBytes < bytes.length; part += 1) {
    const body = new Blob([bytes.slice(part * partBytes, (part + 1) * partBytes)]);
    await taken(await ask('POST', `/api/files/${id}/parts/${part}`, body));
  }
  return id;
}

const entities: Readonly<Record<string, string>> = {
  '&#x3C;': '<',
  '&#x26;': '&',
  '&gt;': '>',
  '&quot;': '"',
};

/** What a person reads of the HTML. The buttons that copy code are no text. */
function readable(html: string): string {
  return html
    .replace(/<button[^>]*>.*?<\/button>/g, '')
    .replace(/<input[^>]*checked[^>]*>/g, '[x]')
    .replace(/<input[^>]*>/g, '[ ]')
    .replace(/<\/t[dh]>\s*(?=<t[dh])/g, ' | ')
    .replace(/<br>|<\/(?:p|h[1-6]|li|tr|pre|blockquote|header|figcaption)>/g, '\n')
    .replace(/<[^>]+>/g, '')
    .replace(/&#x3C;|&#x26;|&gt;|&quot;/g, (entity) => entities[entity] ?? entity)
    .replace(/\n{2,}/g, '\n')
    .trim();
}
