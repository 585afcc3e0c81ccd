/** Sends a file of the project as it is now, without the secrets that we know. */
import type { SessionRef } from '../../core/agent.ts';
import { UserError } from '../../core/errors.ts';
import type { FileRead } from '../../core/library.ts';
import { code, fenced, visible } from '../../render/plain.ts';
import type { InboxRow } from '../../store/types.ts';
import { bytesOfText, readings, textIn } from '../policy/text.ts';
import type { Secrets, Shard } from '../shard.ts';
import { fileLimit, fits } from './long-text.ts';
import type { Notices } from './notices.ts';

interface Deps {
  readonly shard: Shard;
  readonly notices: Notices;
}

/** Bytes of a text that could be one message. */
const mostInMessage = 100_000;

const types: Readonly<Record<string, string>> = {
  gif: 'image/gif',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  pdf: 'application/pdf',
  png: 'image/png',
  webp: 'image/webp',
};

/**
 * Sends a file of the session's directory as it is now; the agent server reads it, since it may run elsewhere and
 * knows best what lies within the project. Throws UserError where that cannot be.
 */
export async function sendFile(
  { shard, notices }: Deps,
  row: InboxRow,
  ref: SessionRef,
  path: string,
): Promise<void> {
  const limit = fileLimit(shard, row);
  const found = await shard.agent.works.read(ref, path, limit ?? mostInMessage);
  const whole = bytesOf(found, path, limit);
  const { text, bytes, redacted } = withoutSecrets(whole, path, shard.settings.secrets);
  const note = redacted ? '\nA secret in it was blotted out.' : '';
  if (limit === undefined) return sayText({ shard, notices }, row, path, text, note);
  await notices.share(row, {
    name: path.slice(path.lastIndexOf('/') + 1),
    mime: text === undefined ? (types[endingOf(path)] ?? 'application/octet-stream') : 'text/plain',
    bytes,
    markdown: `${code(path)}${note}`,
  });
}

function bytesOf(found: FileRead, path: string, limit: number | undefined): Uint8Array {
  switch (found.type) {
    case 'file':
      return found.bytes;
    case 'absent':
      throw new UserError(
        `${code(path)} is not there as a file any more: it was deleted or renamed, or it is a link. \`!diff\` shows the last change.`,
      );
    case 'too-large':
      throw new UserError(
        limit === undefined
          ? `${code(path)} is too long for a message, and no files can be sent here.`
          : `${code(path)} is larger than ${Math.floor(limit / 1_000_000)} MB, which is the most that can be sent here.`,
      );
    case 'unsupported':
      throw new UserError(
        `${code(path)} cannot be sent: this agent server gives no files. A newer OpenCode does.`,
      );
  }
}

interface Clean {
  /** undefined: it is no text. */
  readonly text: string | undefined;
  readonly bytes: Uint8Array;
  /** Something was taken out of it. */
  readonly redacted: boolean;
}

/** A text without the secrets that we know; what is no text and holds one is not sent. */
function withoutSecrets(bytes: Uint8Array, path: string, secrets: Secrets | undefined): Clean {
  const found = textIn(bytes);
  if (found === undefined) {
    if (secrets !== undefined && holdsOne(bytes, secrets))
      throw new UserError(
        `${code(path)} is not sent: it holds a secret that Dragoman knows, and is no text from which that could be taken out. Look at it on the agent's machine.`,
      );
    return { text: undefined, bytes, redacted: false };
  }
  const text = secrets?.text(found.text) ?? found.text;
  if (text === found.text) return { text, bytes, redacted: false };
  return { text, bytes: bytesOfText({ ...found, text }), redacted: true };
}

function holdsOne(bytes: Uint8Array, secrets: Secrets): boolean {
  for (const reading of readings(bytes)) if (secrets.holds(reading)) return true;
  return false;
}

async function sayText(
  { shard, notices }: Deps,
  row: InboxRow,
  path: string,
  text: string | undefined,
  note: string,
): Promise<void> {
  if (text === undefined) throw new UserError(`${code(path)} is no text, and no files can be sent here.`);
  const language = endingOf(path);
  const markdown = `${code(path)}${note}\n\n${fenced(visible(text.replaceAll('\r\n', '\n')), language)}`;
  if (!fits(shard, row, markdown))
    throw new UserError(`${code(path)} is too long for a message, and no files can be sent here.`);
  await notices.say(row, markdown);
}

function endingOf(path: string): string {
  return /\.([a-z0-9]{1,10})$/i.exec(path)?.[1]?.toLowerCase() ?? '';
}
