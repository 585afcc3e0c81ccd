/** Who speaks, and whose words somebody passes on, as events name them. Pure. */
import type { Message, MessageOrigin, User } from 'grammy/types';
import type { Author } from '../../src/core/channel.ts';
import { authorId, platform } from './address.ts';

/** Who speaks as a group or a channel comes with a made-up person in `from`. */
export function authorOf(
  message: Pick<Message, 'from' | 'sender_chat' | 'author_signature'>,
): Author | undefined {
  const { from, sender_chat: chat, author_signature: signature } = message;
  if (chat !== undefined)
    return { id: authorId(chat.id), name: signature ?? chat.title ?? 'a channel', anonymous: true };
  return from === undefined ? undefined : personOf(from);
}

export function personOf(user: User): Author {
  return { id: authorId(user.id), name: nameOf(user), ...(user.is_bot ? { bot: true } : {}) };
}

/** Who wrote what was taken from another chat; a person may hide who they are behind a name. */
export function originOf(origin: MessageOrigin): Author {
  switch (origin.type) {
    case 'user':
      return personOf(origin.sender_user);
    case 'hidden_user':
      return { id: `${platform}:hidden`, name: origin.sender_user_name, anonymous: true };
    case 'chat':
    case 'channel': {
      const chat = origin.type === 'chat' ? origin.sender_chat : origin.chat;
      const name = origin.author_signature ?? chat.title ?? 'a channel';
      return { id: authorId(chat.id), name, anonymous: true };
    }
    // A shape that we do not know yet.
    default:
      return { id: `${platform}:hidden`, name: '', anonymous: true };
  }
}

/** As servers told it before they had `forward_origin`, which some of one's own still do. */
interface OldForward {
  readonly forward_date?: number;
  readonly forward_from?: User;
  readonly forward_from_chat?: { readonly title?: string };
  readonly forward_signature?: string;
  readonly forward_sender_name?: string;
}

/** Who wrote a message that was passed on, as far as it is told; undefined: it was not passed on. */
export function forwardedBy(message: Message): { readonly name: string } | undefined {
  const { forward_origin: origin, is_automatic_forward: automatic } = message;
  if (origin !== undefined) return originOf(origin);
  const { forward_date: date, ...old }: OldForward = message as OldForward;
  if (date === undefined && automatic !== true) return undefined;
  const person = old.forward_from;
  const name = person === undefined ? old.forward_sender_name : nameOf(person);
  return { name: name ?? old.forward_signature ?? old.forward_from_chat?.title ?? '' };
}

export function nameOf({
  first_name: first,
  last_name: last,
}: Pick<User, 'first_name' | 'last_name'>): string {
  return last === undefined ? first : `${first} ${last}`;
}
