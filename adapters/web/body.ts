import type { z } from 'zod';
import { UserError } from '../../src/core/errors.ts';
import { readCapped } from '../../src/lib/capped.ts';

/** 100,000 characters of any script, escaped as JSON in the worst way. */
const mostBytes = 640_000;

/** The body as JSON of this shape. Throws `UserError`. */
export async function readJson<Shape extends z.ZodType>(
  request: Request,
  shape: Shape,
): Promise<z.infer<Shape>> {
  if (!request.headers.get('content-type')?.startsWith('application/json'))
    throw new UserError('This was not sent as JSON.');
  const parsed = shape.safeParse(parse(await readText(request, mostBytes)));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UserError(`This was not understood: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
}

/** The body as bytes. Throws `UserError` as soon as it is longer than `most`, without reading on. */
export async function readBytes(request: Request, most: number): Promise<Uint8Array> {
  const tooLong = () => new UserError(`This is longer than the page may send (${most} bytes).`);
  return new Uint8Array(await readCapped(request, most, tooLong));
}

/** The body as text. Throws `UserError` as soon as it is longer than `most` bytes, without reading on. */
async function readText(request: Request, most: number): Promise<string> {
  return new TextDecoder().decode(await readBytes(request, most));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UserError('This was not sent as JSON.', { cause });
  }
}
