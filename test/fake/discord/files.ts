/** Files of messages: sent in parts, kept on a host of their own, fetched by addresses that are signed for a day. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { invalid, refuse } from './refusal.ts';
import type { FakeFile, FakeMessage, Json, Storage, World } from './world.ts';

/** A part of a call, `files[n]`. */
export interface SentFile {
  readonly part: string;
  readonly name: string;
  readonly mime: string;
  readonly bytes: Uint8Array;
}

/** Where people have paid for nothing. */
const longestFile = 10 * 1024 * 1024;
const longestCall = 25 * 1024 * 1024;
const mostFiles = 10;

/** A call with files: its body stands in the part `payload_json`. */
export async function partsOf(
  type: string,
  bytes: Uint8Array,
): Promise<{ readonly payload: string; readonly files: readonly SentFile[] }> {
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
  const files: SentFile[] = [];
  for (const [part, value] of form)
    if (typeof value !== 'string')
      files.push({
        part,
        name: value.name,
        mime: value.type,
        bytes: new Uint8Array(await value.arrayBuffer()),
      });
  return { payload: String(form.get('payload_json') ?? '{}'), files };
}

/** The files of a new message, as far as they may be. */
export function attached(world: World, body: Json, files: readonly SentFile[]): readonly FakeFile[] {
  if (files.length > mostFiles)
    invalid('attachments', 'BASE_TYPE_MAX_LENGTH', 'Must be 10 or fewer in length.');
  const sizes = files.map(({ bytes }) => bytes.length);
  if (sizes.some((size) => size > longestFile) || sizes.reduce((all, one) => all + one, 0) > longestCall)
    refuse(40005);
  const named = (body['attachments'] ?? []) as readonly Json[];
  for (const { id } of named)
    if (!files.some(({ part }) => part === `files[${id}]`))
      invalid('attachments', 'ATTACHMENT_NOT_FOUND', `Attachment data for ${id} is missing.`);
  return files.map(({ part, name, mime, bytes }) => {
    const called = named.find(({ id }) => part === `files[${id}]`)?.['filename'];
    return { id: world.id(), name: cleaned(String(called ?? name)), mime, bytes };
  });
}

/** Discord keeps letters, digits and a few signs of a name. */
function cleaned(name: string): string {
  return name.replace(/[^\w.-]+/g, '_').replace(/^\.+/, '') || 'unknown';
}

const dayMs = 24 * 3_600_000;

/** As a message shows a file: with an address that is good for a day. */
export function fileJson(
  { clock, storage }: Pick<World, 'clock' | 'storage'>,
  { channel }: Pick<FakeMessage, 'channel'>,
  { id, name, mime, bytes }: FakeFile,
): Json {
  const until = Math.floor((clock.now() + dayMs) / 1000).toString(16);
  const url = `${storage.base()}/attachments/${channel}/${id}/${name}?ex=${until}&is=0&hm=${signed(id, until)}`;
  return { id, filename: name, size: bytes.length, url, proxy_url: url, content_type: mime };
}

function signed(id: string, until: string): string {
  return [...`${id}.${until}`].reduce((sum, sign) => (sum * 31 + sign.charCodeAt(0)) >>> 0, 7).toString(16);
}

const gone = 'This content is no longer available.';
const pattern = /^\/attachments\/(\d+)\/(\d+)\//;

export function isOfFile(address: string): boolean {
  return pattern.test(address);
}

/** The host of files asks nobody who they are. */
export function serveFile(world: World, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://stand.in');
  const [, channel, id = ''] = pattern.exec(url.pathname) ?? [];
  world.storage.fetches.push({ file: id, headers: request.headers });
  const file = [...world.messages.values()]
    .filter((message) => message.channel === channel && !message.deleted)
    .flatMap(({ attachments }) => attachments)
    .find((one) => one.id === id);
  const until = url.searchParams.get('ex') ?? '0';
  const good = url.searchParams.get('hm') === signed(id, until);
  if (file === undefined || !good || Number.parseInt(until, 16) * 1000 <= world.clock.now())
    response.writeHead(404, { 'content-type': 'text/plain' }).end(gone);
  else send(world.storage, file, response);
}

const piece = 65_536;

function send(storage: Storage, { mime, bytes }: FakeFile, response: ServerResponse): void {
  const how = storage.next.shift();
  response.on('error', () => response.destroy());
  if (how === undefined) {
    response.writeHead(200, { 'content-type': mime, 'content-length': bytes.length });
    pour(storage, response, bytes);
  } else if (how === 'endless') {
    response.writeHead(200, { 'content-type': mime });
    pour(storage, response, undefined);
  } else {
    response.writeHead(200, { 'content-type': mime, 'content-length': bytes.length + 1 });
    response.write(bytes, () => {
      if (how === 'cut') response.destroy();
    });
  }
}

/** As fast as the other side reads; without bytes: the same for ever. */
function pour(storage: Storage, response: ServerResponse, bytes: Uint8Array | undefined): void {
  const state = { at: 0 };
  const next = (): void => {
    while (!response.destroyed && (bytes === undefined || state.at < bytes.length)) {
      const chunk = bytes?.subarray(state.at, state.at + piece) ?? new Uint8Array(piece);
      state.at += chunk.length;
      storage.bytes += chunk.length;
      if (!response.write(chunk)) return void response.once('drain', next);
    }
    if (!response.destroyed) response.end();
  };
  next();
}
