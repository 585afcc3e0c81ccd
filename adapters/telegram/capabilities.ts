import type { Capabilities } from '../../src/core/channel.ts';
import { isGroup } from './address.ts';
import { format } from './format.ts';

/** Longest text of a message, counted after formatting. */
export const longestMessage = 4096;
/** Kept free for the small print below the text and the name of whom it pings. */
export const footnoteRoom = 600;

/** facts: platforms §4.2, §4.4, §4.5 */
export const capabilities: Capabilities = {
  maxLength: longestMessage - footnoteRoom,
  measure: (markdown) => format(markdown).text.length,
  edits: 'any',
  editsNotify: false,
  // Many more are taken, but nobody reads them; on a phone a row shows about so many characters.
  buttons: { perMessage: 20, labelLength: 40 },
  // A dialogue of replies, which a button opens.
  forms: 'inline',
  // Calls do not arrive as evenly as they leave, so each window is a little longer than the platform's.
  rates: [
    // About one a second, and bursts are forgiven.
    { scope: 'channel', calls: 'any', limit: 10, windowMs: 11_000 },
    // Posts and edits together, of all topics of a group.
    { scope: 'channel', calls: 'any', limit: 20, windowMs: 62_000, covers: isGroup },
    { scope: 'token', calls: 'any', limit: 27, windowMs: 1000 },
  ],
  replies: true,
  uploads: { maxBytes: 50_000_000 },
  recognisesRepeatedPost: false,
};
