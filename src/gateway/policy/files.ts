/** Which files of people reach the agent. Pure. */
import type { Attachment } from '../../core/channel.ts';
import { headOf } from '../../core/clip.ts';
import { mediaType, otherType } from './signatures.ts';
import { textIn } from './text.ts';

const megabyte = 1024 * 1024;

/** Told in the README; the server answers 40 MB in 21 s and grows by gigabytes meanwhile (measured). */
export const limits = {
  /** Files of one message. */
  files: 10,
  /** Bytes of one file. */
  fileBytes: 10 * megabyte,
  /** Bytes of all files of one message. */
  bytes: 20 * megabyte,
  /** Characters of all text files of one message, about 50,000 tokens. */
  textCharacters: 200_000,
} as const;

/** What people are told of one file. `cut`: a part of it was passed on. */
export interface Remark {
  readonly name: string;
  readonly reason: string;
  readonly cut?: true;
}

export interface Fetched {
  readonly name: string;
  /** As the platform tells it. */
  readonly mime: string;
  readonly bytes: Uint8Array;
}

export interface Accepted {
  readonly name: string;
  /** What its bytes are; `text/plain` for every text, which is UTF-8 then. */
  readonly mime: string;
  readonly bytes: Uint8Array;
}

/** What the model takes. */
export interface Taste {
  /** `provider/model`; undefined: not known. */
  readonly model: string | undefined;
  /** Media types; undefined: not known now. */
  readonly takes: readonly string[] | undefined;
}

/** Before anything is fetched, by what the platform tells of sizes. */
export function admitted(attachments: readonly Attachment[]): {
  readonly wanted: readonly Attachment[];
  readonly remarks: readonly Remark[];
} {
  const wanted: Attachment[] = [];
  const remarks: Remark[] = [];
  const sum = { bytes: 0 };
  for (const one of attachments) {
    const reason = wanted.length >= limits.files ? tooMany : sizeReason(one.size, sum.bytes);
    if (reason === undefined) {
      wanted.push(one);
      sum.bytes += one.size;
    } else remarks.push({ name: one.name, reason });
  }
  return { wanted, remarks };
}

const tooMany = `one message may bring ${limits.files} files; send it with another one`;

function sizeReason(size: number, before: number): string | undefined {
  if (size > limits.fileBytes) return `it is larger than ${limits.fileBytes / megabyte} MB`;
  if (before + size <= limits.bytes) return undefined;
  return `the files of one message may have ${limits.bytes / megabyte} MB together; send it with another one`;
}

/** By what the bytes are. */
export function judged(
  files: readonly Fetched[],
  taste: Taste,
): { readonly accepted: readonly Accepted[]; readonly remarks: readonly Remark[] } {
  const accepted: Accepted[] = [];
  const remarks: Remark[] = [];
  const left = { characters: limits.textCharacters as number };
  const sum = { bytes: 0 };
  for (const file of files) {
    const { name, bytes } = file;
    const verdict = sizeReason(bytes.length, sum.bytes) ?? verdictOn(file, taste, left.characters);
    if (typeof verdict === 'string') {
      remarks.push({ name, reason: verdict });
      continue;
    }
    sum.bytes += bytes.length;
    left.characters -= verdict.characters ?? 0;
    accepted.push({ name, mime: verdict.mime, bytes: verdict.bytes });
    if (verdict.remark !== undefined) remarks.push({ name, reason: verdict.remark, cut: true });
  }
  return { accepted, remarks };
}

interface Pass {
  readonly mime: string;
  readonly bytes: Uint8Array;
  readonly characters?: number;
  readonly remark?: string;
}

/** It passes, or the reason why it does not. */
function verdictOn({ mime: told, bytes }: Fetched, taste: Taste, room: number): Pass | string {
  if (bytes.length === 0) return 'it is empty';
  const mime = mediaType(bytes);
  if (mime !== undefined) return untaken(mime, taste) ?? { mime, bytes };
  const text = textIn(bytes)?.text;
  if (text !== undefined) return textPass(text, room);
  if (/^text\//.test(told))
    return 'it is text in another encoding than UTF-8; save it as UTF-8 and send it again';
  return `the agent cannot read ${otherName(bytes, told)}`;
}

function otherName(bytes: Uint8Array, told: string): string {
  const found = otherType(bytes);
  // Office documents are archives; their own name says more.
  const better = found === undefined || (found === 'application/zip' && /^application\/vnd\./.test(told));
  if (!better) return found;
  return /^[\w.+-]+\/[\w.+-]{1,80}$/.test(told) ? told : (found ?? 'this kind of file');
}

const nouns: Readonly<Record<string, string>> = { image: 'images', application: 'PDF', audio: 'sound' };

/** An image or a PDF that is too much for the model is told by the server; a sound would end the session (measured). */
function untaken(mime: string, { model, takes }: Taste): string | undefined {
  const family = mime.split('/', 1)[0] ?? '';
  if (takes === undefined)
    return family === 'audio' ? 'it is not known now whether the model takes sound' : undefined;
  if (takes.includes(mime)) return undefined;
  const some = takes.some((one) => one.startsWith(`${family}/`));
  const what = some ? mime : (nouns[family] ?? mime);
  return `${model === undefined ? 'the model' : `the model ${model}`} takes no ${what}`;
}

function textPass(text: string, room: number): Pass | string {
  if (text.trim() === '') return 'it is empty';
  if (room === 0)
    return `the text files of one message may have ${many(limits.textCharacters)} characters together`;
  // Not through the middle of a character.
  const kept = headOf(text, room);
  const bytes = new TextEncoder().encode(kept);
  const passOver = { mime: 'text/plain', bytes, characters: kept.length };
  if (kept.length === text.length) return passOver;
  return {
    ...passOver,
    remark: `only the first ${many(kept.length)} of its ${many(text.length)} characters`,
  };
}

function many(count: number): string {
  return count.toLocaleString('en-US');
}

const longestName = 100;

/** A name that is safe wherever it stands: no path, nothing invisible, nothing that ends a quotation of ours. */
export function safeName(name: string): string {
  const last = name.split(/[\\/]/).findLast((piece) => piece.trim() !== '') ?? '';
  const plain = last
    .replace(/[\p{C}\p{Zl}\p{Zp}"<>[\]`|*?:]/gu, '_')
    .replace(/\s+/gu, ' ')
    .replace(/^[. ]+/, '')
    .trim();
  if (plain === '') return 'file';
  const characters = [...plain];
  if (characters.length <= longestName) return plain;
  const ending = /\.\w{1,10}$/.exec(plain)?.[0] ?? '';
  return `${characters.slice(0, longestName - ending.length).join('')}${ending}`;
}
