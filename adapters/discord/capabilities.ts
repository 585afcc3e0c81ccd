import type { Capabilities } from '../../src/core/channel.ts';
import { measure } from './measure.ts';

/** Longest content of a message, UTF-16 units: Discord counts characters, which are never more. */
export const longestContent = 2000;

/** Observed: 5 s. Calls do not arrive as evenly as they leave. */
const windowMs = 5500;

/** Kept free for the small print and the mention below a text. */
const belowText = 250;

/**
 * Plain content and not Components V2, which would take 4,000: what is plain can be copied, searched and previewed,
 * and the flag of the other can never be taken off again.
 *
 * Discord tells its rates by headers and forbids relying on any number; these are the observed ones (5 in 5 s of a
 * channel for each kind of call), so that most calls never meet the limit. A thread is a channel of its own.
 */
export const capabilities: Capabilities = {
  maxLength: longestContent - belowText,
  measure: (markdown) => measure(markdown, longestContent - belowText),
  edits: 'any',
  editsNotify: false,
  // Five rows of five are allowed; of a longer label than this a client shows the beginning only.
  buttons: { perMessage: 10, labelLength: 38 },
  forms: 'inline',
  rates: [
    { scope: 'thread', calls: 'post', limit: 5, windowMs },
    { scope: 'thread', calls: 'edit', limit: 5, windowMs },
    { scope: 'token', calls: 'any', limit: 45, windowMs: 1000 },
  ],
  // What every server allows; more where it is paid for.
  replies: true,
  uploads: { maxBytes: 10 * 1024 * 1024 },
  // For minutes by the key itself; for longer where the gateway echoed the message (`nonces.ts`).
  recognisesRepeatedPost: true,
};
