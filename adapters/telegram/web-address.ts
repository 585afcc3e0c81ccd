/** Where a link leads: an address that Telegram makes a link of, or one that stands beside its words. Pure. */
import { clip } from '../../src/core/clip.ts';

/**
 * Only the web is linked to: other schemes act within the app, or are not taken. Telegram drops a link to a host
 * without a dot or with unusual signs and keeps its text, which would then be searched for mentions.
 */
export function webAddress(url: string | undefined): string | undefined {
  return url !== undefined && webShape.test(url) && URL.canParse(url) ? url : undefined;
}

const webShape = /^https?:\/\/[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+(:\d+)?([/?#]|$)/iu;

/** Longer addresses are not read by anybody. */
const longestShown = 300;
/** These say nothing to a reader. */
const unreadable = /^(?:javascript|vbscript|data|blob):|^#/i;

/**
 * What stands beside the words of a link that is none there: a path, an address of this machine, one of mail. undefined:
 * the words say it already, or it says nothing.
 */
export function addressBeside(words: string, url: string | undefined): string | undefined {
  const address = decoded((url ?? '').trim().replace(/^mailto:/i, ''));
  if (address === '' || unreadable.test(address) || bare(words) === bare(address)) return undefined;
  return clip(address, longestShown);
}

function bare(address: string): string {
  return address
    .trim()
    .replace(/^(?:https?:\/\/|mailto:)/i, '')
    .replace(/\/$/, '');
}

/** As people write it: the parser may have escaped what is no ASCII. */
function decoded(address: string): string {
  try {
    return decodeURI(address);
  } catch {
    return address;
  }
}
