/** What a message holds beside text and files: in one sentence where it says something, else by its name. Pure. */
import type { Message } from 'grammy/types';

/** What a message says without words of its own; '': nothing. */
export function tellingOf(message: Message): string {
  const { venue, location, contact, poll, checklist, dice } = message;
  if (venue !== undefined) return `Place: ${venue.title}, ${venue.address} (${pointOf(venue.location)}).`;
  if (location !== undefined) return `Location: ${pointOf(location)}.`;
  if (contact !== undefined) {
    const name = [contact.first_name, contact.last_name].filter((part) => part).join(' ');
    return `Contact: ${name}, ${contact.phone_number}.`;
  }
  if (poll !== undefined)
    return `Poll: ${poll.question} ${poll.options.map(({ text }) => text).join(' / ')}`.trim();
  if (checklist !== undefined) {
    const tasks = checklist.tasks.map((task) => `${isDone(task) ? '[x]' : '[ ]'} ${task.text}`);
    return [`Checklist: ${checklist.title}`, ...tasks.map((task) => `- ${task}`)].join('\n');
  }
  return dice === undefined ? '' : `${dice.emoji} ${dice.value}`;
}

type Task = NonNullable<Message['checklist']>['tasks'][number];

function isDone({ completion_date: at }: Task): boolean {
  return at !== undefined && at > 0;
}

function pointOf({ latitude, longitude }: { readonly latitude: number; readonly longitude: number }): string {
  return `${latitude}, ${longitude}`;
}

/** Kinds of which nothing can be passed on, as one names them. */
const unreadable = {
  sticker: 'a sticker',
  story: 'a story',
  paid_media: 'paid media',
  game: 'a game',
  invoice: 'an invoice',
  giveaway: 'a giveaway',
  giveaway_winners: 'the end of a giveaway',
} as const satisfies Partial<Record<keyof Message, string>>;

/** What a message holds that no agent can be given; undefined: nothing. */
export function unreadOf(message: Message): string | undefined {
  for (const [kind, name] of Object.entries(unreadable)) if (kind in message) return name;
  return undefined;
}
