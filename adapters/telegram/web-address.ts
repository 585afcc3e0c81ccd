/**
 * Only the web is linked to: other schemes act within the app, or are not taken. Telegram drops a link to a host
 * without a dot or with unusual signs and keeps its text, which would then be searched for mentions.
 */
export function webAddress(url: string | undefined): string | undefined {
  return url !== undefined && webShape.test(url) && URL.canParse(url) ? url : undefined;
}

const webShape = /^https?:\/\/[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+(:\d+)?([/?#]|$)/iu;
