/** Which bytes are a text, and what stands in bytes whatever they are. Pure. */

/** How the bytes of a text are to be read and written. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

export interface FoundText {
  /** Without the byte order mark. */
  readonly text: string;
  readonly encoding: Encoding;
  /** A byte order mark stands before it. */
  readonly marked: boolean;
}

/** UTF-8, or UTF-16 where it says so at its beginning, without NUL; undefined: no text. */
export function textIn(bytes: Uint8Array): FoundText | undefined {
  const encoding = encodingOf(bytes);
  const text = decoded(bytes, encoding);
  if (text === undefined || text.includes('\0')) return undefined;
  return { text, encoding, marked: encoding !== 'utf-8' || startsWith(bytes, [0xef, 0xbb, 0xbf]) };
}

/** The bytes of a text as it was found. */
export function bytesOfText({ text, encoding, marked }: FoundText): Uint8Array {
  const whole = marked ? `\uFEFF${text}` : text;
  if (encoding === 'utf-8') return new TextEncoder().encode(whole);
  const bytes = Buffer.from(whole, 'utf16le');
  return encoding === 'utf-16le' ? bytes : bytes.swap16();
}

/** The bytes read in every way in which words could stand in them, one after another; what is no word is noise. */
export function* readings(bytes: Uint8Array): Generator<string> {
  for (const encoding of ['utf-8', 'latin1'] as const) yield new TextDecoder(encoding).decode(bytes);
  for (const part of [bytes, bytes.subarray(1)]) {
    yield new TextDecoder('utf-16le').decode(part);
    yield new TextDecoder('utf-16be').decode(part);
  }
}

function encodingOf(bytes: Uint8Array): Encoding {
  if (startsWith(bytes, [0xff, 0xfe])) return 'utf-16le';
  return startsWith(bytes, [0xfe, 0xff]) ? 'utf-16be' : 'utf-8';
}

function startsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, at) => bytes[at] === byte);
}

function decoded(bytes: Uint8Array, encoding: Encoding): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
