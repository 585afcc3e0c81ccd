/** What Slack tells of a file, and whom its addresses may be trusted to. */
import { z } from 'zod';
import type { Attachment } from '../../src/core/channel.ts';
import type { Client } from './client.ts';
import { type FileWire, fileShape } from './wire.ts';

const share = z.object({ ts: z.string(), thread_ts: z.string().nullish() });
const shares = z.record(z.string(), z.array(share)).nullish();

const factsShape = fileShape.extend({
  url_private: z.string().nullish(),
  url_private_download: z.string().nullish(),
  /** Where it stands, by kind and by channel. */
  shares: z.object({ public: shares, private: shares }).nullish(),
});

export type FileFacts = z.infer<typeof factsShape>;

export async function fileFactsOf(client: Client, id: string): Promise<FileFacts> {
  return factsShape.parse((await client.files.info({ file: id })).file);
}

/** Of another organisation: all but the id has to be asked for. */
function isStub({ file_access: access, name, title }: FileWire): boolean {
  return access === 'check_file_info' || (!name && !title);
}

/** Deleted, or older than the workspace keeps: a message still tells of it. */
export function isGone({ mode }: FileWire): boolean {
  return mode === 'tombstone' || mode === 'hidden_by_limit';
}

function attachmentOf({ id, name, title, mimetype, size }: FileWire): Attachment {
  return {
    id,
    name: name || title || 'a file',
    mime: mimetype || 'application/octet-stream',
    size: size ?? 0,
  };
}

/** What stands in a message, with what it only names looked up; a file that Slack does not tell of is named all the same. */
export function attachmentsOf(client: Client, files: readonly FileWire[]): Promise<readonly Attachment[]> {
  const there = files.filter((file) => !isGone(file));
  return Promise.all(
    there.map(async (file) => {
      if (!isStub(file)) return attachmentOf(file);
      const facts = await fileFactsOf(client, file.id).catch(() => file);
      return attachmentOf({ ...facts, id: file.id });
    }),
  );
}

/**
 * Whether this is an address of Slack's own: of `slack.com` over TLS, or of where the Web API is told to be. Only
 * these get to see a token or our bytes.
 */
export function isOurs(address: string, apiUrl: string | undefined): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, host } = new URL(address);
  if (apiUrl !== undefined && host === new URL(apiUrl).host) return true;
  return protocol === 'https:' && (hostname === 'slack.com' || hostname.endsWith('.slack.com'));
}
