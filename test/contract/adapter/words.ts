import type { Button, MessageId, OutboundMessage, ThreadAddress } from '../../../src/core/channel.ts';
import { ChannelError } from '../../../src/core/errors.ts';
import type { ChannelUnderTest } from './rig.ts';

/** A message of the agent, as render would make it. */
export function words(markdown: string, changes: Partial<OutboundMessage> = {}): OutboundMessage {
  return { kind: 'text', markdown, buttons: [], live: false, silent: true, ...changes };
}

export function card(markdown: string, buttons: readonly Button[]): OutboundMessage {
  return words(markdown, { kind: 'request', buttons });
}

export const allow: Button = { label: 'Allow once', token: 'allow-token', style: 'primary' };
export const deny: Button = { label: 'Deny', token: 'deny-token', style: 'danger' };

/** Another key for each post, as the gateway makes them: at most 25 characters. */
export function createKeys(): () => string {
  const state = { count: 0 };
  return () => {
    state.count += 1;
    return `key-${state.count}`;
  };
}

export type Post = (message: OutboundMessage, address?: ThreadAddress) => Promise<MessageId>;

/** Posts into the first thread unless another is named. */
export function poster(channel: ChannelUnderTest): Post {
  const key = createKeys();
  return (message, address = channel.places.thread) => channel.adapter().post(address, message, key());
}

/** The failure of a call that must fail. */
export async function failing(call: Promise<unknown>): Promise<ChannelError> {
  const outcome = await call.then(
    () => 'it was taken',
    (error: unknown) => error,
  );
  if (!(outcome instanceof ChannelError)) throw new Error(`no ChannelError: ${String(outcome)}`);
  return outcome;
}
