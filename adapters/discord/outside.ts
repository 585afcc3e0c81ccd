/**
 * What stands in a message outside its `content`: cards of bots and of the apps that people forward from, polls, and
 * what no words can be made of. Pure.
 */
import type { WireComponent, WireEmbed, WirePoll, WireSpoken } from './wire.ts';

/** In components of the second version, by Discord's numbers. */
const kinds = { button: 2, text: 10, gallery: 12, file: 13 } as const;

/** As lines of text; empty: there is nothing. `previews`: embeds are what Discord makes of links in the content. */
export function outsideOf(
  { content, embeds, components, poll }: WireSpoken,
  { previews }: { readonly previews: boolean },
): string {
  const cards = previews ? [] : embeds.filter(({ type, url }) => type === 'rich' || !shows(content, url));
  return [
    ...cards.map(embedText),
    components.map(componentText).filter(isText).join('\n'),
    ...(poll === null ? [] : [pollText(poll)]),
  ]
    .filter(isText)
    .join('\n\n');
}

const isText = (text: string): boolean => text.trim() !== '';

/** The embed of an address that stands in the text says nothing new. */
function shows(content: string, url: string | null): boolean {
  return url !== null && content.includes(url);
}

function embedText({ author, title, url, description, fields, footer, image }: WireEmbed): string {
  const head = title === null ? url : withAddress(title, url);
  return [
    author,
    head,
    description,
    ...fields.map(({ name, value }) => [name, value].filter(isText).join(': ')),
    image === null ? null : `Picture: ${image}`,
    footer,
  ]
    .filter((line) => line !== null && isText(line))
    .join('\n');
}

function withAddress(text: string, url: string | null): string {
  return url === null || url === text ? text : `${text} (${url})`;
}

/** Words, and where links and pictures lead; controls that only their own bot understands are left out. */
function componentText(component: WireComponent): string {
  const { type, content, label, url, description, media, items, inner } = component;
  const own =
    type === kinds.text
      ? content
      : type === kinds.button && url !== null
        ? withAddress(label ?? url, url)
        : null;
  const shown = [...(media === null ? [] : [{ url: media, description }]), ...items].map((item) =>
    withAddress(item.description ?? (type === kinds.file ? 'File' : 'Picture'), item.url),
  );
  return [own ?? '', ...inner.map(componentText), ...shown].filter(isText).join('\n');
}

function pollText({ question, answers, several }: WirePoll): string {
  const how = several ? ' (several can be chosen)' : '';
  return [`Poll: ${question}${how}`, ...answers.map((answer) => `- ${answer}`)].join('\n');
}

/** What the agent cannot be given, as people call it; undefined: there is nothing. */
export function unreadOf(all: readonly WireSpoken[]): string | undefined {
  if (all.some(({ sticker_items: stickers }) => stickers > 0)) return 'a sticker';
  return all.some(({ activity }) => activity) ? 'an invitation to an activity' : undefined;
}
