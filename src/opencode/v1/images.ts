/** Whether the server can read an image. */
import type { PromptFile } from '../../core/agent.ts';
import { dataUrl } from '../data-url.ts';
import { type Calls, refusalStatus } from './calls.ts';

/** Title of the session in which an image is shown to the server, and which is deleted again. */
const probeTitle = 'Dragoman asks whether an image can be read';
/** Marks it, should deleting fail. */
const probeKey = 'probe';
/** Large images are decoded and made smaller. */
const decodingTimeoutMs = 30_000;

/**
 * An image that cannot be decoded is told at once only by the call that waits for its answer; the one that prompts
 * are sent with says yes, stores nothing and ends in an error (measured). So it is shown in a message that starts
 * no run, in a session of its own.
 */
export async function reads(
  calls: Calls,
  directory: string,
  image: Omit<PromptFile, 'id'>,
): Promise<boolean> {
  const session = await calls('make a session', (client, options) =>
    client.session.create({ directory, title: probeTitle, metadata: { dragoman: probeKey } }, options),
  );
  const sessionID = session.id;
  try {
    const part = { type: 'file' as const, mime: image.mime, filename: image.name, url: dataUrl(image) };
    await calls(
      'read an image',
      (client, options) =>
        client.session.prompt({ sessionID, directory, noReply: true, parts: [part] }, options),
      decodingTimeoutMs,
    );
    return true;
  } catch (error) {
    if (refusalStatus(error) === 400) return false;
    throw error;
  } finally {
    await calls('delete a session', (client, options) =>
      client.session.delete({ sessionID, directory }, options),
    );
  }
}
