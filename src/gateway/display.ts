import { createHash } from 'node:crypto';
import type { ChannelAdapter, MessageId, OutboundMessage } from '../core/channel.ts';
import { ChannelError } from '../core/errors.ts';
import type { ThreadRow } from '../store/types.ts';
import type { Notice } from './desks.ts';
import type { Shown, Step } from './policy/order.ts';
import type { Channel, Shard } from './shard.ts';
import type { ActiveTurn } from './turns.ts';

/** Carries out single steps and keeps the ledger true: what is known to show, slot by slot. */
export interface Display {
  /** What a prompt's slots are known to show. */
  shown(thread: ThreadRow, prompt: number): Promise<ReadonlyMap<string, Shown>>;
  /** Throws ChannelError where the platform failed and the step is to be tried again. */
  perform(adapter: ChannelAdapter, one: ActiveTurn, step: Step): Promise<void>;
  say(channel: Channel, thread: ThreadRow, notice: Notice): Promise<void>;
  forget(prompt: number): void;
  hash(content: OutboundMessage): string;
}

interface State {
  readonly shard: Shard;
  readonly slots: Map<number, Map<string, Shown>>;
  readonly hashes: WeakMap<OutboundMessage, string>;
}

export function createDisplay(shard: Shard): Display {
  const state: State = { shard, slots: new Map(), hashes: new WeakMap() };
  return {
    shown: (thread, prompt) => load(state, thread, prompt),
    perform: (adapter, one, step) => perform(state, adapter, one, step),
    say: (channel, thread, notice) => say(state, channel, thread, notice),
    forget: (prompt) => void state.slots.delete(prompt),
    hash: (content) => hashOf(state, content),
  };
}

/** Sealed slots keep their content object from one rendering to the next, so each is hashed once. */
function hashOf({ hashes }: State, content: OutboundMessage): string {
  const known = hashes.get(content);
  if (known !== undefined) return known;
  const hash = createHash('sha1').update(JSON.stringify(content)).digest('base64url');
  hashes.set(content, hash);
  return hash;
}

async function load({ shard, slots }: State, thread: ThreadRow, prompt: number): Promise<Map<string, Shown>> {
  const known = slots.get(prompt);
  if (known !== undefined) return known;
  const rows = await shard.store.ledger.forPrompt(thread.id, prompt);
  const shown = new Map<string, Shown>();
  for (const { slot, message, hash, removed } of rows)
    shown.set(slot, { slot, message, hash, removed, changedAt: 0 });
  slots.set(prompt, shown);
  return shown;
}

async function perform(state: State, adapter: ChannelAdapter, one: ActiveTurn, step: Step): Promise<void> {
  try {
    if (step.type === 'post') await post(state, adapter, one, step.slot.key, step.content);
    else if (step.type === 'edit') await edit(state, adapter, one, step);
    else await remove(state, adapter, one, step);
  } catch (error) {
    if (!(error instanceof ChannelError) || !isFinal(error)) throw error;
    await giveUp(state, one, step, error);
  }
}

/** Repeating will not help. */
function isFinal({ failure: { reason } }: ChannelError): boolean {
  return reason === 'gone' || reason === 'forbidden' || reason === 'rejected';
}

async function post(
  state: State,
  adapter: ChannelAdapter,
  { prompt, thread }: ActiveTurn,
  slot: string,
  content: OutboundMessage,
): Promise<void> {
  const doubtful = state.slots.get(prompt.id)?.has(slot) ?? false;
  note(state, prompt.id, { slot, message: undefined, hash: '', removed: false, changedAt: 0 });
  const message = await postOnce(state.shard, adapter, thread, { slot, message: content }, doubtful);
  const hash = hashOf(state, content);
  await state.shard.store.ledger.posted(state.shard.lease, thread.id, slot, message, hash);
  note(state, prompt.id, { slot, message, hash, removed: false, changedAt: state.shard.clock.now() });
}

/** The row comes before the call; a post whose outcome is in doubt is looked up before it is made again. */
async function postOnce(
  { store, lease, settings }: Shard,
  adapter: ChannelAdapter,
  thread: ThreadRow,
  { slot, message }: Notice,
  doubtful: boolean,
): Promise<MessageId> {
  const row = await store.ledger.begin(lease, thread.id, slot, settings.ids.post(thread.id, slot));
  if (row.message !== undefined) return row.message;
  const lookUp = doubtful && !adapter.capabilities.recognisesRepeatedPost;
  const earlier = lookUp ? await adapter.find?.(thread.address, row.key) : undefined;
  return earlier ?? (await adapter.post(thread.address, message, row.key));
}

async function edit(
  state: State,
  adapter: ChannelAdapter,
  { prompt, thread }: ActiveTurn,
  { slot, content, message }: Step & { readonly type: 'edit' },
): Promise<void> {
  const { shard } = state;
  await adapter.edit(thread.address, message, content);
  const hash = hashOf(state, content);
  // Streaming edits are not written: at worst one edit is made again after a restart.
  if (!content.live) await shard.store.ledger.shown(shard.lease, thread.id, slot.key, hash);
  note(state, prompt.id, { slot: slot.key, message, hash, removed: false, changedAt: shard.clock.now() });
}

const emptied: OutboundMessage = {
  kind: 'notice',
  markdown: '(continued in the other messages)',
  buttons: [],
  live: false,
  silent: true,
};

async function remove(
  state: State,
  adapter: ChannelAdapter,
  { prompt, thread }: ActiveTurn,
  { slot, message }: Step & { readonly type: 'remove' },
): Promise<void> {
  if (adapter.remove === undefined) await adapter.edit(thread.address, message, emptied);
  else await adapter.remove(thread.address, message);
  await state.shard.store.ledger.removed(state.shard.lease, thread.id, slot);
  note(state, prompt.id, { slot, message, hash: '', removed: true, changedAt: 0 });
}

/** The platform will not take this step: the slot is left as it is, and the rest goes on. */
async function giveUp(
  state: State,
  { prompt, thread }: ActiveTurn,
  step: Step,
  error: ChannelError,
): Promise<void> {
  const { shard } = state;
  const slot = step.type === 'remove' ? step.slot : step.slot.key;
  shard.log.error(
    { thread: thread.id, slot, reason: error.failure.reason, error: error.message },
    'slot given up',
  );
  const known = state.slots.get(prompt.id)?.get(slot);
  if (step.type === 'edit' && error.failure.reason === 'rejected') {
    note(state, prompt.id, {
      slot,
      message: known?.message,
      hash: hashOf(state, step.content),
      removed: false,
      changedAt: 0,
    });
    return;
  }
  await shard.store.ledger.removed(shard.lease, thread.id, slot);
  note(state, prompt.id, { slot, message: known?.message, hash: '', removed: true, changedAt: 0 });
}

function note({ slots }: State, prompt: number, shown: Shown): void {
  slots.get(prompt)?.set(shown.slot, shown);
}

async function say(
  { shard }: State,
  { adapter, pace }: Channel,
  thread: ThreadRow,
  notice: Notice,
): Promise<void> {
  pace.record(thread.id, 'post', shard.clock.now());
  try {
    const message = await postOnce(shard, adapter, thread, notice, true);
    await shard.store.ledger.posted(shard.lease, thread.id, notice.slot, message, '');
  } catch (error) {
    if (!(error instanceof ChannelError) || !isFinal(error)) throw error;
    const { failure, message } = error;
    const { slot } = notice;
    shard.log.error({ thread: thread.id, slot, reason: failure.reason, error: message }, 'notice given up');
  }
}
