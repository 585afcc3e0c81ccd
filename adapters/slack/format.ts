import { clip } from '../../src/core/clip.ts';
/** Text on its way out, in Slack's dialects. Pure. */

/** Text for Slack's own markup: three signs, in this order. */
export function escapedMrkdwn(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** An edit takes 4,000 characters of `text`, and an escaped sign has five. */
const longestFallback = 800;

/** The same in one plain line of Slack's markup, for notifications and clients without blocks. Never empty. */
export function fallback(markdown: string): string {
  const plain = markdown
    .replace(/^\s*(```|~~~).*$/gm, '')
    .replace(/^[#>\s]+/gm, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*_`~]+/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  return escapedMrkdwn(clip(plain, longestFallback)) || '…';
}
