/** What stands in the frames of `/global/event`. */
import type { FilePart, GlobalEvent } from '@opencode-ai/sdk/v2';
import type { StreamFormat } from '../stream.ts';
import type { Payload } from './events.ts';

export interface Heard {
  readonly directory: string;
  readonly payload: Payload;
}

export const eventFrames: StreamFormat<Heard> = {
  path: '/global/event',
  parse,
  isOpening: ({ payload }) => payload.type === 'server.connected',
};

/** How a `sync` frame goes on where its payload begins. */
const syncPayload = '"payload":{"type":"sync"';

/** `sync` frames repeat the plain ones (45 % of the bytes): they are not even parsed. */
function isSync(data: string): boolean {
  const at = data.indexOf('"payload":');
  return at !== -1 && data.startsWith(syncPayload, at);
}

function parse(data: string): Heard | undefined {
  if (isSync(data)) return undefined;
  const event = JSON.parse(data) as Partial<GlobalEvent> | null;
  const payload = event?.payload;
  if (payload === undefined || !('properties' in payload)) return undefined;
  return { directory: event?.directory ?? '', payload: light(payload) };
}

function withoutBytes(file: FilePart): FilePart {
  return file.url.startsWith('data:') ? { ...file, url: '' } : file;
}

/** An attachment comes back whole with its part; events may wait for a while, and nobody reads it. */
function light(payload: Payload): Payload {
  if (payload.type !== 'message.part.updated') return payload;
  const { properties } = payload;
  const { part } = properties;
  if (part.type === 'tool' && part.state.status === 'completed' && part.state.attachments !== undefined) {
    const state = { ...part.state, attachments: part.state.attachments.map(withoutBytes) };
    return { ...payload, properties: { ...properties, part: { ...part, state } } };
  }
  if (part.type !== 'file') return payload;
  return { ...payload, properties: { ...properties, part: withoutBytes(part) } };
}
