import type { IncomingMessage } from 'node:http';
import { bad } from './refusal.ts';

export type Parameters = Readonly<Record<string, unknown>>;

export interface Upload {
  readonly name: string;
  readonly mime: string;
  readonly bytes: Uint8Array;
}

export interface Given {
  readonly parameters: Parameters;
  /** Files of a multipart body by the name of their part. */
  readonly files: ReadonlyMap<string, Upload>;
  /** As it came. */
  readonly body: string;
}

/** Parameters come as JSON, as a form, in the address, or with files as multipart. */
export async function given(request: IncomingMessage, search: URLSearchParams): Promise<Given> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const body = bytes.toString('utf8');
  const type = String(request.headers['content-type'] ?? '');
  const asked = Object.fromEntries(search);
  if (bytes.length === 0) return { parameters: asked, files: new Map(), body };
  if (type.includes('json'))
    return { parameters: { ...asked, ...(JSON.parse(body) as Parameters) }, files: new Map(), body };
  const form = await new Response(bytes, { headers: { 'content-type': type } }).formData();
  const files = new Map<string, Upload>();
  const parameters: Record<string, unknown> = { ...asked };
  for (const [name, value] of form)
    if (typeof value === 'string') parameters[name] = value;
    else
      files.set(name, {
        name: value.name,
        mime: value.type,
        bytes: new Uint8Array(await value.arrayBuffer()),
      });
  return { parameters, files, body };
}

export function textOf(parameters: Parameters, name: string): string {
  const value = parameters[name];
  return value === undefined ? '' : String(value);
}

export function numberOf(parameters: Parameters, name: string): number | undefined {
  const value = parameters[name];
  if (value === undefined || value === '') return undefined;
  const number = Number(value);
  if (!Number.isFinite(number)) throw bad(`invalid parameter "${name}"`);
  return number;
}

export function flagOf(parameters: Parameters, name: string): boolean {
  return ['true', '1', 'True'].includes(String(parameters[name] ?? ''));
}

/** An object or a list, which a form holds as JSON. Its shape is what the caller of the test sent. */
export function objectOf<T>(parameters: Parameters, name: string): T | undefined {
  const value = parameters[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') return value as T;
  try {
    return JSON.parse(value) as T;
  } catch {
    throw bad(`can't parse ${name}: not a JSON object`);
  }
}
