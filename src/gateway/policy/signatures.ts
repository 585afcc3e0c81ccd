/** What a file is by its first bytes. What a platform or a name says proves nothing. Pure. */

interface Signature {
  readonly mime: string;
  /** One character a byte; `?` is any. */
  readonly begins: string;
}

/** What an agent may be given as it is. */
const media: readonly Signature[] = [
  { mime: 'image/png', begins: '\x89PNG\r\n\x1a\n' },
  { mime: 'image/jpeg', begins: '\xff\xd8\xff' },
  { mime: 'image/gif', begins: 'GIF87a' },
  { mime: 'image/gif', begins: 'GIF89a' },
  { mime: 'image/webp', begins: 'RIFF????WEBP' },
  { mime: 'application/pdf', begins: '%PDF-' },
  { mime: 'audio/wav', begins: 'RIFF????WAVE' },
  { mime: 'audio/ogg', begins: 'OggS\0' },
  { mime: 'audio/flac', begins: 'fLaC\0' },
  { mime: 'audio/mpeg', begins: 'ID3\x02' },
  { mime: 'audio/mpeg', begins: 'ID3\x03' },
  { mime: 'audio/mpeg', begins: 'ID3\x04' },
  { mime: 'audio/mpeg', begins: '\xff\xfb' },
  { mime: 'audio/mpeg', begins: '\xff\xf3' },
  { mime: 'audio/mpeg', begins: '\xff\xf2' },
];

/** What no agent is given; only so that people are told what it is. */
const others: readonly Signature[] = [
  { mime: 'application/zip', begins: 'PK\x03\x04' },
  { mime: 'application/zip', begins: 'PK\x05\x06' },
  { mime: 'application/gzip', begins: '\x1f\x8b' },
  { mime: 'application/x-7z-compressed', begins: '7z\xbc\xaf\x27\x1c' },
  { mime: 'application/vnd.rar', begins: 'Rar!\x1a' },
  { mime: 'application/x-executable', begins: '\x7fELF' },
  { mime: 'application/x-msdownload', begins: 'MZ' },
  { mime: 'audio/mp4', begins: '????ftypM4A' },
  { mime: 'image/heic', begins: '????ftyphei' },
  { mime: 'image/avif', begins: '????ftypavif' },
  { mime: 'video/mp4', begins: '????ftyp' },
  { mime: 'video/webm', begins: '\x1a\x45\xdf\xa3' },
];

export function mediaType(bytes: Uint8Array): string | undefined {
  return media.find((one) => fits(one, bytes))?.mime;
}

/** For a file that is neither text nor anything that an agent takes. */
export function otherType(bytes: Uint8Array): string | undefined {
  return others.find((one) => fits(one, bytes))?.mime;
}

function fits({ begins }: Signature, bytes: Uint8Array): boolean {
  if (bytes.length < begins.length) return false;
  return [...begins].every((char, at) => char === '?' || char.charCodeAt(0) === bytes[at]);
}
