import type { Capabilities } from '../../src/core/channel.ts';
import { fileLimits } from './files.ts';

/**
 * The page has no limits of its own. These keep one message cheap to render again on every edit, a card usable,
 * and a screen repainted at most ten times a second, which is as fast as people can follow.
 */
export const capabilities: Capabilities = {
  maxLength: 6000,
  measure: (markdown) => markdown.length,
  edits: 'any',
  editsNotify: true,
  buttons: { perMessage: 12, labelLength: 60 },
  forms: 'inline',
  rates: [
    { scope: 'thread', calls: 'any', limit: 10, windowMs: 1000 },
    { scope: 'token', calls: 'any', limit: 50, windowMs: 1000 },
  ],
  replies: true,
  uploads: { maxBytes: fileLimits.maxBytes },
  recognisesRepeatedPost: true,
};
