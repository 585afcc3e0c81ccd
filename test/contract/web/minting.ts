/** Elements in which a text is only read. */
const quiet = new Set(
  'p br hr em strong del code pre blockquote ul ol li div span table thead tbody tr th td h2 h3 h4 h5 h6 figure figcaption'.split(
    ' ',
  ),
);

/** What the HTML of a message does beside being read: fetches, controls and addresses other than of the web and mail. */
export function mintedIn(html: string): readonly string[] {
  return [...html.matchAll(/<([a-z][a-z0-9-]*)((?:\s[^<>]*)?)>/gi)].flatMap(
    ([whole, tag = '', rest = '']) => {
      const handlers = [...rest.matchAll(/\s(on[a-z]+|src|srcset|style|action|formaction)\s*=/gi)].map(
        ([, name = '']) => `${tag} ${name}`,
      );
      if (handlers.length > 0) return handlers;
      if (quiet.has(tag)) return [];
      if (tag === 'a') return /\shref="(https?:\/\/|mailto:)/i.test(rest) ? [] : [whole];
      // Ours: the button that copies code, and the boxes of a list, which cannot be ticked.
      if (tag === 'button' && /\sclass="copy"/.test(rest)) return [];
      if (tag === 'input' && /\stype="checkbox"/.test(rest) && /\sdisabled/.test(rest)) return [];
      return [whole];
    },
  );
}
