/** Files of the workspace: up in three steps, down with the token, and shared a moment later. */
import { listOf } from './blocks.ts';
import { add, type Call, eventOf, type Method, threadOf, writable } from './chat.ts';
import { Refusal } from './refusal.ts';
import { type FakeChannel, type FakeFile, type Json, nextId, type World, wireFile } from './world.ts';

const mostPerCall = 10;

export interface Given {
  readonly name: string;
  readonly mime?: string;
  readonly bytes: Uint8Array | string;
  /** Of a shared channel: a message tells its id only. */
  readonly foreign?: boolean;
  readonly mode?: FakeFile['mode'];
  /** Where it is said to lie; unset: here. */
  readonly address?: string;
}

/** A file that somebody has uploaded, as messages tell of it. */
export function given(world: World, user: string, file: Given): Json {
  const bytes = Buffer.from(file.bytes);
  const id = nextId(world, 'F');
  const made: FakeFile = {
    id,
    user,
    name: file.name,
    title: file.name,
    mime: file.mime ?? 'text/plain',
    length: bytes.length,
    bytes,
    foreign: file.foreign === true,
    mode: file.mode ?? 'hosted',
    address: file.address,
    snippet: undefined,
    shares: [],
    upload: 'completed',
  };
  world.files.set(id, made);
  return wireFile(world, made);
}

export const files: Readonly<Record<string, Method>> = {
  'files.getUploadURLExternal': ({ world, args }) => {
    const length = Number(args['length'] ?? 0);
    const name = String(args['filename'] ?? '');
    if (name === '' || !Number.isInteger(length)) throw new Refusal('invalid_arguments');
    if (length <= 0) throw new Refusal('file_upload_size_restricted');
    const id = nextId(world, 'F');
    world.files.set(id, {
      id,
      user: world.bot.user,
      name,
      title: name,
      mime: '',
      length,
      bytes: undefined,
      foreign: false,
      mode: 'hosted',
      address: undefined,
      snippet: args['snippet_type'] === undefined ? undefined : String(args['snippet_type']),
      shares: [],
      upload: 'begun',
    });
    return { ok: true, upload_url: `${world.base()}/upload/v1/${id}`, file_id: id };
  },

  'files.completeUploadExternal': (call) => {
    const { world, args } = call;
    const wanted = listOf(args['files']);
    if (wanted.length < 1 || wanted.length > mostPerCall) throw new Refusal('invalid_arguments');
    const channel = args['channel_id'] === undefined ? undefined : writable(world, args);
    const thread = channel === undefined ? undefined : threadOf(world, channel, args);
    const found = wanted.map(({ id, title }) => {
      const file = world.files.get(String(id));
      if (file?.upload !== 'sent') throw new Refusal('file_not_found');
      if (title !== undefined) file.title = String(title);
      return file;
    });
    for (const file of found) file.upload = 'completed';
    if (channel !== undefined) {
      const share = () => shared(call, { channel, thread }, found);
      if (world.sharing.held) world.sharing.waiting.push(share);
      else share();
    }
    // Where they are shared is told later, by `files.info`.
    return { ok: true, files: found.map(({ id, title }) => ({ id, title })) };
  },

  'files.info': ({ world, args }) => {
    const file = world.files.get(String(args['file'] ?? ''));
    if (file === undefined || file.upload === 'begun') throw new Refusal('file_not_found');
    if (file.mode === 'tombstone') throw new Refusal('file_deleted');
    return { ok: true, file: wireFile(world, file, true), response_metadata: { next_cursor: '' } };
  },
};

interface Place {
  readonly channel: FakeChannel;
  readonly thread: string | undefined;
}

/** The message of the bot that shows them. */
function shared(
  { world, announce, args }: Call,
  { channel, thread }: Place,
  found: readonly FakeFile[],
): void {
  const message = add(world, channel, {
    text: String(args['initial_comment'] ?? ''),
    blocks: args['initial_comment'] === undefined ? listOf(args['blocks']) : [],
    files: found.map((file) => wireFile(world, file)),
    ...(thread === undefined ? {} : { thread }),
  });
  if (thread !== undefined) world.statuses.delete(`${channel.id}/${thread}`);
  for (const { shares } of found) shares.push({ channel: channel.id, ts: message.ts, thread });
  announce(eventOf(world, channel, message), { channel });
}

/** What was posted to the address of an upload; undefined: it cannot be taken. */
export function received(world: World, id: string, bytes: Buffer): FakeFile | undefined {
  const file = world.files.get(id);
  if (file === undefined || file.upload !== 'begun' || file.bytes !== undefined) return undefined;
  if (bytes.length !== file.length) return undefined;
  file.bytes = bytes;
  file.upload = 'sent';
  return file;
}
