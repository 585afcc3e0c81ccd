/** Bytes of files over HTTP: to the address of an upload, which takes them once, and from a private one. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { answerUnderFaults, type Faults } from '../faults.ts';
import { received } from './files.ts';
import type { Serving, World } from './world.ts';

export interface TransfersDeps {
  readonly world: World;
  readonly faults: Faults;
  /** The bot's token may read files. */
  permits(authorization: string): boolean;
}

/** What the platform shows to whom it does not know, with status 200. */
const loginPage = '<!DOCTYPE html><html><head><title>Slack</title></head><body>Sign in</body></html>';

/** Whether it was a path of ours. */
export async function transfer(
  deps: TransfersDeps,
  request: IncomingMessage,
  bytes: Buffer,
  response: ServerResponse,
): Promise<boolean> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const [, folder, ...rest] = pathname.split('/');
  if (folder === '') sent(response, 200, loginPage, 'text/html; charset=utf-8');
  else if (folder === 'upload')
    await answerUnderFaults(deps.faults, { method: 'upload', body: '' }, response, () =>
      uploaded(deps, rest.at(-1) ?? '', { bytes, type: request.headers['content-type'] ?? '' }, response),
    );
  else if (folder === 'files-pri')
    await answerUnderFaults(deps.faults, { method: 'download', body: pathname }, response, () =>
      downloaded(deps, rest[0] ?? '', request, response),
    );
  else return false;
  return true;
}

function sent(response: ServerResponse, status: number, body: string | Buffer, type: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** Raw, or as a form with one file in it. */
async function uploaded(
  { world }: TransfersDeps,
  id: string,
  { bytes, type }: { readonly bytes: Buffer; readonly type: string },
  response: ServerResponse,
): Promise<() => void> {
  const content = type.startsWith('multipart/') ? await partOf(bytes, type) : bytes;
  const file = received(world, id, content);
  if (file === undefined) return () => sent(response, 400, 'bad upload', 'text/plain');
  return () => sent(response, 200, `OK - ${content.length}`, 'text/plain');
}

async function partOf(bytes: Buffer, type: string): Promise<Buffer> {
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
  for (const [, value] of form) if (value instanceof Blob) return Buffer.from(await value.arrayBuffer());
  return Buffer.alloc(0);
}

function downloaded(
  { world, permits }: TransfersDeps,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): () => void {
  const file = world.files.get(name.replace(`${world.team}-`, ''));
  if (!permits(request.headers.authorization ?? '')) {
    return () => {
      response.writeHead(302, {
        location: `${world.base()}/?redir=${encodeURIComponent(request.url ?? '')}`,
      });
      response.end();
    };
  }
  if (file?.bytes === undefined) return () => sent(response, 404, '', 'text/html');
  const { bytes, mime } = file;
  const how = world.served.next.shift();
  return () => {
    response.writeHead(200, {
      'content-type': mime,
      ...(how === 'endless' ? {} : { 'content-length': bytes.length }),
    });
    const source = Readable.from(chunksOf(world, bytes, how));
    // The reader went away.
    source.on('error', () => response.destroy());
    source.pipe(response).on('close', () => source.destroy());
  };
}

const chunkSize = 64 * 1024;

/** A little more than was taken is made, as fast as it is taken. */
async function* chunksOf({ served }: World, bytes: Buffer, how: Serving | undefined) {
  const some = how === undefined ? bytes : bytes.subarray(0, Math.ceil(bytes.length / 2));
  for (let at = 0; at < some.length || how === 'endless'; at += chunkSize) {
    const chunk = how === 'endless' ? Buffer.alloc(chunkSize) : some.subarray(at, at + chunkSize);
    served.bytes += chunk.length;
    yield chunk;
  }
  if (how === 'hangs') await new Promise(() => {});
  if (how === 'cut') throw new Error('cut');
}
