/**
 * How a message that was passed on reads, whatever the platform: as a quotation, so that nothing in it is a word or a
 * command of the one who passed it on. `by`: who wrote it, where that is told. Pure.
 */
export function forwardedText(text: string, by?: string): string {
  const name = (by ?? '').replace(/[\s:]+/g, ' ').trim();
  const head = name === '' ? 'Forwarded message' : `Forwarded message from ${name}`;
  return `${head}:\n${text.trim().replace(/^/gm, '> ')}`;
}
