import type { Api } from 'grammy';
import type { HostLog, ThreadAddress } from '../../src/core/channel.ts';
import { isGroup } from './address.ts';
import { channelError } from './failures.ts';
import type { BotUser, Identity } from './identity.ts';

/** What an operator should know beside a proof of life. */
export function withPrivacy(proof: string, { readsAll }: Pick<BotUser, 'readsAll'>): string {
  return readsAll
    ? proof
    : `${proof}; privacy mode is on: of groups without admin rights it shows the bot only mentions, replies and commands`;
}

interface CaveatDeps {
  readonly api: Api;
  readonly identity: Identity;
  readonly log: Pick<HostLog, 'debug'>;
}

/**
 * Where people could write to us without a mention, and privacy mode keeps that from us: what to do about it. In a
 * group without topics every message needs a mention anyway, and an administrator hears all.
 */
export async function privacyCaveat(
  { api, identity, log }: CaveatDeps,
  address: ThreadAddress,
): Promise<string | undefined> {
  if (!isGroup(address)) return undefined;
  const chat = Number(address.channel);
  try {
    const { id, readsAll } = await identity();
    if (readsAll) return undefined;
    const { is_forum: forum } = await api.getChat(chat);
    if (forum !== true) return undefined;
    const { status } = await api.getChatMember(chat, id);
    if (status === 'administrator' || status === 'creator') return undefined;
  } catch (error) {
    const { message } = channelError('getChat', error);
    log.debug({ chat: address.channel, answer: message }, 'it could not be seen what is heard in a group');
    return undefined;
  }
  return 'Telegram shows me only mentions, replies to me and commands here; make me an administrator to talk to me in topics without a mention.';
}
