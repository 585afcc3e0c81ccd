import type { Document } from 'grammy/types';
import { textOf } from '../parameters.ts';
import { bad, Refusal } from '../refusal.ts';
import type { World } from '../world.ts';
import type { Call, Method } from './call.ts';

const mostUpload = 50 * 1024 * 1024;
const mostDownload = 20 * 1024 * 1024;

/** A file that Telegram keeps. `size`: as it is told, where the bytes of a test are fewer. */
export interface FileToKeep {
  readonly name: string;
  readonly mime: string;
  readonly bytes: Uint8Array;
  readonly size?: number;
}

export function keep({ files, ids }: World, file: FileToKeep): Document {
  const { name, mime, bytes, size = bytes.length } = file;
  const number = ids.next();
  const id = `BQACAgQAAx${number}`;
  files.set(id, { path: size > mostDownload ? '' : `documents/file_${number}`, bytes });
  return { file_id: id, file_unique_id: `U${number}`, file_name: name, mime_type: mime, file_size: size };
}

/** A parameter that holds `attach://<part>`, or the id of a file that is known. */
export function savedFile({ world, parameters, files }: Call, name: string): Document {
  const given = textOf(parameters, name);
  const part = files.get(given.startsWith('attach://') ? given.slice('attach://'.length) : name);
  if (part === undefined) {
    const known = world.files.get(given);
    if (known === undefined) throw bad('wrong file identifier/HTTP URL specified');
    return { file_id: given, file_unique_id: given, file_size: known.bytes.length };
  }
  if (part.bytes.length > mostUpload) throw new Refusal(413, 'Request Entity Too Large');
  if (part.bytes.length === 0) throw bad('file must be non-empty');
  return keep(world, part);
}

export const getFile: Method = ({ world, parameters }) => {
  const id = textOf(parameters, 'file_id');
  const file = world.files.get(id);
  if (file === undefined) throw bad('wrong file_id or the file is temporarily unavailable');
  if (file.path === '') throw bad('file is too big');
  return { file_id: id, file_unique_id: id, file_size: file.bytes.length, file_path: file.path };
};
