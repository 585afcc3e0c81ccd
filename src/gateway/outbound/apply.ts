/** Carries out single steps and keeps the ledger true. The only writer of what a turn is known to show. */
import type { ChannelAdapter, MessageId, Outbound } from '../../core/channel.ts';
import { ChannelError, isFinal } from '../../core/errors.ts';
import { isFile, noticeOf } from '../../core/outbound.ts';
import type { SlotKey } from '../../core/slot.ts';
import type { PromptRow, ThreadRow } from '../../store/types.ts';
import type { DeliveryStep, ShownSlot } from '../policy/order.ts';
import type { Outlet, Shard } from '../shard.ts';
import { outletOf } from '../shard.ts';
import { applyNotice } from './apply-notice.ts';
import type { Notice } from './backlog.ts';
import { hashOf as freshHash } from './content.ts';
import { makePost, wasNotMade } from './post.ts';

/** One prompt in one of the threads that show it. */
export interface Spot {
  readonly prompt: Pick<PromptRow, 'id'>;
  readonly thread: ThreadRow;
}

/** Carries out single steps and keeps the ledger true: what is known to show, slot by slot. */
export interface Applier {
  /** What a prompt's slots are known to show. */
  shown(spot: Spot): Promise<ReadonlyMap<SlotKey, ShownSlot>>;
  /** Throws ChannelError where the platform failed and the step is to be tried again. */
  perform(adapter: ChannelAdapter, spot: Spot, step: DeliveryStep): Promise<void>;
  /** Makes one call for a message outside any turn; true: nothing is left to do for it. */
  say(outlet: Outlet, thread: ThreadRow, notice: Notice): Promise<boolean>;
  forget(spot: Spot): void;
  hash(content: Outbound): string;
}

interface State {
  readonly shard: Shard;
  /** By thread and prompt. */
  readonly slots: Map<string, Map<SlotKey, ShownSlot>>;
  readonly hashes: WeakMap<Outbound, string>;
  /** `thread/prompt/slot` that was refused in words which nobody knows, and not shown since. */
  readonly unclear: Set<string>;
}

export function createApplier(shard: Shard): Applier {
  const state: State = { shard, slots: new Map(), hashes: new WeakMap(), unclear: new Set() };
  return {
    shown: (spot) => load(state, spot),
    perform: (adapter, spot, step) => perform(state, adapter, spot, step),
    say: (outlet, thread, notice) => applyNotice(shard, outlet, thread, notice),
    forget: (spot) => forget(state, spot),
    hash: (content) => hashOf(state, content),
  };
}

function forget({ slots, unclear, shard }: State, { thread, prompt }: Spot): void {
  const key = keyOf(thread, prompt);
  slots.delete(key);
  for (const one of unclear) if (one.startsWith(`${key}/`)) unclear.delete(one);
  outletOf(shard, thread)?.streamed.delete(key);
}

const unknown: Omit<ShownSlot, 'slot'> = {
  message: undefined,
  hash: '',
  refused: false,
  removed: false,
  changedAt: 0,
  length: 0,
};

/** Sealed slots keep their content object from one rendering to the next, so each is hashed once. */
function hashOf({ hashes }: State, content: Outbound): string {
  const known = hashes.get(content);
  if (known !== undefined) return known;
  const hash = freshHash(content);
  hashes.set(content, hash);
  return hash;
}

function keyOf(thread: Spot['thread'], prompt: Spot['prompt']): string {
  return `${thread.id}/${prompt.id}`;
}

async function load({ shard, slots }: State, { thread, prompt }: Spot): Promise<Map<SlotKey, ShownSlot>> {
  const key = keyOf(thread, prompt);
  const known = slots.get(key);
  if (known !== undefined) return known;
  const rows = await shard.store.ledger.forPrompt(thread.id, prompt.id);
  const streamed = outletOf(shard, thread)?.streamed.get(key);
  const shown = new Map<SlotKey, ShownSlot>();
  for (const { slot, message, hash, refused, removed } of rows)
    shown.set(slot, { ...unknown, slot, message, hash, refused, removed, length: streamed?.get(slot) ?? 0 });
  slots.set(key, shown);
  return shown;
}

async function perform(state: State, adapter: ChannelAdapter, spot: Spot, step: DeliveryStep): Promise<void> {
  const place = `${keyOf(spot.thread, spot.prompt)}/${slotOf(step)}`;
  try {
    if (step.type === 'post') await post(state, adapter, spot, step.slot.key, step.content);
    else if (step.type === 'edit') await edit(state, adapter, spot, step);
    else await remove(state, adapter, spot, step);
    state.unclear.delete(place);
  } catch (error) {
    if (!(error instanceof ChannelError) || isWorthATry(state, place, error)) throw error;
    await giveUp(state, spot, step, error);
  }
}

/** Words that nobody knows are heard twice before they are taken for a no. */
function isWorthATry({ unclear }: State, place: string, error: ChannelError): boolean {
  if (isFinal(error)) return false;
  if (error.failure.reason !== 'unknown') return true;
  const isNew = !unclear.has(place);
  unclear.add(place);
  return isNew;
}

function slotOf(step: DeliveryStep): SlotKey {
  return step.type === 'remove' ? step.slot : step.slot.key;
}

async function post(
  state: State,
  adapter: ChannelAdapter,
  { prompt, thread }: Spot,
  slot: SlotKey,
  content: Outbound,
): Promise<void> {
  const { store, lease, settings, clock } = state.shard;
  const doubtful = state.slots.get(keyOf(thread, prompt))?.has(slot) ?? false;
  note(state, keyOf(thread, prompt), { ...unknown, slot });
  const row = await store.ledger.begin(lease, thread.id, slot, settings.ids.post(thread.id, slot));
  // An earlier try may have said something older, but a file never changes.
  const hash = doubtful && !isFile(content) ? '' : hashOf(state, content);
  const post = { content, hash, doubtful };
  try {
    const shown = row.message === undefined ? await makePost(state.shard, adapter, thread, row, post) : row;
    const length = shown.hash === '' ? 0 : content.markdown.length;
    note(state, keyOf(thread, prompt), { ...shown, changedAt: clock.now(), length });
  } catch (error) {
    if (!doubtful && wasNotMade(error)) state.slots.get(keyOf(thread, prompt))?.delete(slot);
    throw error;
  }
}

async function edit(
  state: State,
  adapter: ChannelAdapter,
  { prompt, thread }: Spot,
  { slot, content, message }: DeliveryStep & { readonly type: 'edit' },
): Promise<void> {
  const { shard } = state;
  await adapter.edit(thread.address, message, content);
  const hash = hashOf(state, content);
  remember(shard, thread, keyOf(thread, prompt), slot.key, content.markdown.length);
  // Streaming edits are not written: at worst one edit is made again after a restart.
  if (!content.live) await shard.store.ledger.shown(shard.lease, thread.id, slot.key, hash);
  note(state, keyOf(thread, prompt), {
    ...unknown,
    slot: slot.key,
    message,
    hash,
    changedAt: shard.clock.now(),
    length: content.markdown.length,
  });
}

function remember(shard: Shard, thread: ThreadRow, key: string, slot: SlotKey, length: number): void {
  const streamed = outletOf(shard, thread)?.streamed;
  streamed?.set(key, new Map([...(streamed.get(key) ?? []), [slot, length]]));
}

const emptied = noticeOf('(continued in the other messages)');

async function remove(
  state: State,
  adapter: ChannelAdapter,
  { prompt, thread }: Spot,
  { slot, message: known }: DeliveryStep & { readonly type: 'remove' },
): Promise<void> {
  const message = known ?? (await lookUp(state, adapter, thread, slot));
  if (message !== undefined) {
    if (adapter.remove === undefined) await adapter.edit(thread.address, message, emptied);
    else await adapter.remove(thread.address, message);
  }
  await state.shard.store.ledger.removed(state.shard.lease, thread.id, slot);
  note(state, keyOf(thread, prompt), { ...unknown, slot, message, removed: true });
}

/** The message of a post whose outcome is unknown; of a placeholder nothing can be found out. */
async function lookUp(
  { shard }: State,
  adapter: ChannelAdapter,
  { id, address }: ThreadRow,
  slot: SlotKey,
): Promise<MessageId | undefined> {
  const key = shard.settings.ids.post(id, slot);
  if (adapter.find !== undefined) return adapter.find(address, key);
  // The answer is the first message, or a new one that is gone with the next call.
  return adapter.capabilities.recognisesRepeatedPost ? adapter.post(address, emptied, key) : undefined;
}

/** The platform will not take this step: the slot is left as it is, and the rest goes on. */
async function giveUp(
  state: State,
  { prompt, thread }: Spot,
  step: DeliveryStep,
  error: ChannelError,
): Promise<void> {
  const { shard } = state;
  const slot = slotOf(step);
  shard.log.error(
    { thread: thread.id, slot, reason: error.failure.reason, error: error.message },
    'slot given up',
  );
  const known = state.slots.get(keyOf(thread, prompt))?.get(slot);
  if (step.type !== 'remove' && isContentRefused(step, error)) {
    const { content } = step;
    const hash = hashOf(state, content);
    if (isFile(content) || !content.live)
      await shard.store.ledger.refused(shard.lease, thread.id, slot, hash);
    // What it showed before is still there.
    const { message, length } = known ?? unknown;
    note(state, keyOf(thread, prompt), { ...unknown, slot, message, length, hash, refused: true });
    return;
  }
  await shard.store.ledger.removed(shard.lease, thread.id, slot);
  note(state, keyOf(thread, prompt), {
    ...unknown,
    slot,
    message: known?.message,
    removed: true,
  });
}

/** Another content may be taken there, or this one in another way: what comes instead is for the plan to say. */
function isContentRefused(
  { type, slot }: Exclude<DeliveryStep, { readonly type: 'remove' }>,
  { failure: { reason } }: ChannelError,
): boolean {
  if (slot.kind === 'file' || reason === 'gone') return false;
  return reason !== 'forbidden' || type === 'edit' || isFile(slot.content);
}

function note({ slots }: State, key: string, shown: ShownSlot): void {
  slots.get(key)?.set(shown.slot, shown);
}
