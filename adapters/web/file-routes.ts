/** Bringing files to the page's server and fetching them: in parts, and never as a page of ours. */
import type { Routes } from '../../src/core/channel.ts';
import { checkFile } from './attachments.ts';
import { readBytes, readJson } from './body.ts';
import { type Files, fileLimits, isComplete } from './files.ts';
import { type Params, problem, type Serve } from './guard.ts';
import { bodies } from './inbound.ts';
import { isPicture } from './pictures.ts';
import type { FileRecord } from './records.ts';

/** A file comes in parts and leaves whole. `session`: for those who are signed in. */
export function addFileRoutes(routes: Routes, files: Files, session: (serve: Serve) => Serve): void {
  const file = '/api/files/:file';
  routes.add(
    'POST',
    '/api/files',
    session(async (request) => {
      const facts = await readJson(request, bodies.file);
      checkFile(facts);
      return progress(await files.begin(facts), 201);
    }),
  );
  routes.add(
    'POST',
    `${file}/parts/:part`,
    session(async (request, params) => {
      const bytes = await readBytes(request, fileLimits.partBytes);
      const record = await files.add(idIn(params), Number(params['part']), bytes);
      return record === undefined
        ? problem(409, 'This part does not fit. Attach the file again.')
        : progress(record);
    }),
  );
  routes.add(
    'DELETE',
    file,
    session(async (_request, params) => {
      const record = await files.find(idIn(params));
      // What belongs to a message goes with it.
      if (record?.sent !== true) await files.remove(idIn(params));
      return Response.json({});
    }),
  );
  routes.add(
    'GET',
    file,
    session(async (_request, params) => {
      const record = await files.find(idIn(params));
      if (record === undefined || !isComplete(record)) return problem(404, 'This file is no longer here.');
      return serve(files, record);
    }),
  );
}

const idIn = (params: Params): string => params['file'] ?? '';

function progress({ parts }: FileRecord, status = 200): Response {
  return Response.json({ parts }, { status });
}

/**
 * Whatever it holds, it is saved and never shown as a page of ours: no script of it could run with our cookie. A
 * picture is shown where the page asks for it as one, which the disposition does not hinder.
 */
function serve(files: Files, record: FileRecord): Response {
  const parts = files.read(record);
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: async () => void (await parts.return(undefined)),
  });
  return new Response(body, {
    headers: {
      'content-type': isPicture(record) ? record.mime : 'application/octet-stream',
      'content-length': String(record.size),
      'content-disposition': `attachment; filename*=UTF-8''${encoded(record.name)}`,
      'content-security-policy': "sandbox; default-src 'none'",
    },
  });
}

/** As RFC 8187 wants it. */
function encoded(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
