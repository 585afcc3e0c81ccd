import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';

/** The page's own files, read once: there is no build step, they are served as they stand in `page/`. */
export interface Assets {
  /** `index.html` or a file of `page/`; 304 where the browser has it. */
  serve(name: string, request: Request): Response;
}

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

interface Asset {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly tag: string;
}

export async function readAssets(folder: URL = new URL('./page/', import.meta.url)): Promise<Assets> {
  const names = await readdir(folder);
  const files = new Map<string, Asset>();
  for (const name of names) {
    const type = types[name.slice(name.lastIndexOf('.') + 1)];
    if (type === undefined) continue;
    const body = new Uint8Array(await readFile(new URL(name, folder)));
    const tag = `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"`;
    files.set(name, { body, type, tag });
  }
  return { serve: (name, request) => serve(files.get(name), request) };
}

function serve(asset: Asset | undefined, request: Request): Response {
  if (asset === undefined) return new Response('There is nothing here.', { status: 404 });
  const headers = { 'content-type': asset.type, etag: asset.tag, 'cache-control': 'no-cache' };
  if (request.headers.get('if-none-match') === asset.tag) return new Response(null, { status: 304, headers });
  return new Response(asset.body, { headers });
}
