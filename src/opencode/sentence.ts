import { clip } from '../core/clip.ts';

/** Of what may be shown; longer ones are cut. */
const longestSentenceCharacters = 300;

/**
 * One line that may be shown: no stack (the server sends whole ones), no address, and not long.
 */
export function cleanSentence(text: string): string {
  const line = text.split('\n', 1)[0] ?? '';
  const plain = line
    .replace(/^(?:[A-Z]\w*Error:\s*)+/, '')
    .replace(/\b\w+:\/\/\S+/g, '(address)')
    .trim();
  return clip(plain, longestSentenceCharacters);
}
