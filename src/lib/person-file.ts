/** Files that people write with whatever editor and shell they have. */
import { readFileSync } from 'node:fs';

/**
 * The text of such a file: without a byte order mark, and also where it is UTF-16, as a redirection of PowerShell
 * writes it. Throws as `readFileSync` does.
 */
export function readPersonFile(file: string): string {
  const bytes = readFileSync(file);
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return decoded(bytes, 'utf-16le');
  if (first === 0xfe && second === 0xff) return decoded(bytes, 'utf-16be');
  return decoded(bytes, 'utf-8');
}

/** A `TextDecoder` leaves the mark out. */
function decoded(bytes: Uint8Array, encoding: string): string {
  return new TextDecoder(encoding).decode(bytes);
}
