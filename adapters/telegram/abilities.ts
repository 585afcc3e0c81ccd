/** What this server can do, found out by trying once; where it cannot, the plain way is taken for good. */
export interface Abilities {
  /** A preview that shows life in a private chat. */
  drafts: boolean;
  /** Messages in a group that one person sees. */
  ephemeral: boolean;
  /** Messages of blocks, with tables and headings. */
  rich: boolean;
  /** How many of these were refused one after another. */
  richRefusals: number;
}

export function hopes(): Abilities {
  return { drafts: true, ephemeral: true, rich: true, richRefusals: 0 };
}
