/** Files of messages: their ids with us, and where they are now. Pure. */
import type { Attachment } from '../../src/core/channel.ts';
import type { WireAttachment, WireMessage } from './wire.ts';

/** Where a file is: addresses are signed for a day, so its message is asked for a fresh one. */
export interface Filed {
  readonly channel: string;
  readonly message: string;
  readonly file: string;
}

/** All files of what people see as one message: its own, and those of a message that it passes on. */
function filesOf({ attachments, message_snapshots: passed }: WireMessage): readonly WireAttachment[] {
  return [...attachments, ...(passed ?? []).flatMap(({ message }) => message.attachments)];
}

export function attachmentsOf(message: WireMessage): readonly Attachment[] {
  return filesOf(message).map(({ id, filename: name, content_type: mime, size }) => ({
    id: `${message.channel_id}/${message.id}/${id}`,
    name,
    mime: mime || 'application/octet-stream',
    size,
  }));
}

export function filedUnder({ id }: Attachment): Filed | undefined {
  const [, channel, message, file] = /^(\d+)\/(\d+)\/(\d+)$/.exec(id) ?? [];
  if (channel === undefined || message === undefined || file === undefined) return undefined;
  return { channel, message, file };
}

/** Where it can be fetched now; undefined: it is not there any more. */
export function addressIn(message: WireMessage, { file }: Filed): string | undefined {
  return filesOf(message).find(({ id }) => id === file)?.url ?? undefined;
}

const hosts: ReadonlySet<string> = new Set(['cdn.discordapp.com', 'media.discordapp.net']);

/** Discord keeps files on two hosts; a stand-in keeps them beside its API. */
export function isHome(address: string, apiUrl: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, host, origin } = new URL(address);
  return (protocol === 'https:' && hosts.has(host)) || origin === new URL(apiUrl).origin;
}
