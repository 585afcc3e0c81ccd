import type { Capabilities } from '../../src/core/channel.ts';
import { longestNeutral } from './neutral.ts';

/** Characters of all `markdown` blocks of one message together. */
const longestMarkdown = 12_000;

/** Slack takes a gigabyte; more than this is not sent within two minutes on a slow line. */
const largestUpload = 25 * 1024 * 1024;

/**
 * Stated rates: posts one a second and channel, with bursts, and several hundred a minute in all; edits 50 a minute
 * for the whole workspace (Tier 3), and Slack asks for at most one in three seconds on a message that shows progress.
 */
export const capabilities: Capabilities = {
  maxLength: longestMarkdown,
  measure: longestNeutral,
  edits: 'any',
  editsNotify: false,
  // Of one `actions` block; Slack takes more blocks, but no card needs them.
  buttons: { perMessage: 25, labelLength: 75 },
  forms: 'inline',
  // Calls do not arrive as evenly as they leave, so each window is a little longer than the platform's.
  rates: [
    { scope: 'channel', calls: 'post', limit: 15, windowMs: 16_000 },
    { scope: 'thread', calls: 'edit', limit: 5, windowMs: 11_000 },
    { scope: 'token', calls: 'post', limit: 200, windowMs: 62_000 },
    { scope: 'token', calls: 'edit', limit: 50, windowMs: 62_000 },
  ],
  // What is written in a thread answers the thread.
  replies: false,
  uploads: { maxBytes: largestUpload },
  recognisesRepeatedPost: false,
};
