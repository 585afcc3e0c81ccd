/** Bytes of files, as they are served or as a test wants them to go wrong. */
import type { ServerResponse } from 'node:http';

/** What becomes of the bytes asked for next: they begin and never end, keep coming, or break off. */
export type Serving = 'hangs' | 'endless' | 'cut';

export interface Downloads {
  /** For the next one. */
  serveNext(how: Serving): void;
  /** Bytes sent so far. */
  served(): number;
  /** For the stand-in. */
  serve(response: ServerResponse, bytes: Uint8Array): void;
}

const chunkBytes = 64 * 1024;

export function createDownloads(): Downloads {
  const next: Serving[] = [];
  const sent = { bytes: 0 };
  const write = (response: ServerResponse, bytes: Uint8Array) => {
    sent.bytes += bytes.length;
    return response.write(bytes);
  };
  return {
    serveNext: (how) => void next.push(how),
    served: () => sent.bytes,
    serve(response, bytes) {
      const how = next.shift();
      response.writeHead(200, { 'content-type': 'application/octet-stream' });
      if (how === undefined) return inChunks(response, bytes, write);
      if (how === 'endless') return endlessly(response, write);
      write(response, bytes.slice(0, 2));
      if (how === 'cut') setImmediate(() => response.destroy());
    },
  };
}

type Write = (response: ServerResponse, bytes: Uint8Array) => boolean;

/** No more than the other side reads. */
function inChunks(response: ServerResponse, bytes: Uint8Array, write: Write, from = 0): void {
  let at = from;
  while (at < bytes.length && !response.destroyed) {
    const more = write(response, bytes.slice(at, at + chunkBytes));
    at += chunkBytes;
    if (!more) return void response.once('drain', () => inChunks(response, bytes, write, at));
  }
  response.end();
}

function endlessly(response: ServerResponse, write: Write): void {
  while (!response.destroyed)
    if (!write(response, new Uint8Array(chunkBytes)))
      return void response.once('drain', () => endlessly(response, write));
}
