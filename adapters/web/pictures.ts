/** Pictures that every browser shows and that can hold no script: SVG is not among them. */
const kinds = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);

export function isPicture({ mime }: { readonly mime: string }): boolean {
  return kinds.has(mime);
}
