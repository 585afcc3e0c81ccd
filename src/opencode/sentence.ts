import { clip } from '../core/clip.ts';

/** Of what may be shown; longer ones are cut. */
const longestSentenceCharacters = 300;

/**
 * One line that may be shown: no stack (the server sends whole ones), no address, no id of the server's, and not long.
 */
export function cleanSentence(text: string): string {
  const line = text.split('\n', 1)[0] ?? '';
  const plain = line
    .replace(/^(?:[A-Z]\w*Error:\s*)+/, '')
    .replace(/\b\w+:\/\/\S+/g, '(address)')
    // Its own ids say nothing to people.
    .replace(/:?\s*\b(?:ses|msg|prt|per|que|evt)_\w+/g, '')
    .trim();
  return clip(plain, longestSentenceCharacters);
}
