/** What becomes of somebody who may not: one notice in private, a way in by pairing, or silence. */
import type { InboxRow, ThreadRow } from '../../store/types.ts';
import type { Notices } from '../outbound/notices.ts';
import type { Right } from '../policy/access.ts';
import type { Shard } from '../shard.ts';
import { outletOf } from '../shard.ts';
import { approverName, approversOf } from './approvers.ts';
import type { DeniedError } from './guard.ts';
import { pairingCodeOf, pairingHashOf } from './pairing-code.ts';

/** What the bot says at the door: to those who may not come in, to those who may from now on, and to admins. */

interface Deps {
  readonly shard: Shard;
  readonly notices: Notices;
}

/** How long a code is valid, and so the shortest time between two notices to one person, milliseconds. */
const codeMs = 3_600_000;
/** More people than this are not listed by name in a sentence. */
const mostNames = 5;

/**
 * Somebody may not do what they wanted. In private an unknown person gets one message with a code; who pressed
 * something is told alone who may, a stranger once for each message; elsewhere there is no word.
 */
export async function turnAway(deps: Deps, row: InboxRow, { denied, right }: DeniedError): Promise<void> {
  const { event } = row;
  const { denial } = denied;
  if (denial === 'nobody') return;
  if (event.type === 'button' || event.type === 'form') {
    // Where the platform can whisper only aloud, a stranger who presses again and again must not fill the thread.
    const { reasons } = deps.shard.store;
    const told = denial === 'unknown' && (await reasons.has(row.thread.id, event.message, event.author.id));
    return told ? undefined : deps.notices.whisper(row, await whoMay(deps, row, right));
  }
  if (denial === 'right') return deps.notices.answer(row, await whoMay(deps, row, right));
  const says = event.type === 'message' || event.type === 'command';
  if (denial === 'unknown' && event.room === 'private' && says) await offerCode(deps, row);
}

async function offerCode({ shard, notices }: Deps, { id, thread, event }: InboxRow): Promise<void> {
  const { store, settings, log } = shard;
  const { id: person, name } = event.author;
  const hash = pairingHashOf(settings.ids, pairingCodeOf(settings.ids, person, id));
  const pairing = await store.pairings.ask({ person, name, thread: thread.id, inbox: id, hash }, codeMs);
  if (pairing.thread !== thread.id || pairing.state !== 'open') return;
  if (pairing.inbox === id) log.info({ person, thread: thread.id }, 'unknown person got a code');
  const code = pairingCodeOf(settings.ids, person, pairing.inbox);
  await notices.tell(
    thread,
    `code-${pairing.inbox}`,
    `I don't know you yet. Ask an admin to let you in with code \`${code}\`, which is valid for one hour; then send your message again.`,
  );
}

async function whoMay({ shard }: Deps, row: InboxRow, right: Right): Promise<string> {
  const { open, names } = await approversOf(shard, row);
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : '';
  const who = open ? 'people who were let in' : 'admins';
  const what = right === 'answer' ? 'decide' : 'do';
  const named = names.length === 0 ? '' : `: ${names.slice(0, mostNames).join(', ')}${more}`;
  return `Only ${who} may ${what} this${named}.`;
}

/** Paired people may use a channel from the first message on that an admin addresses to us there. */
export async function openChannel({ shard, notices }: Deps, { id, thread, event }: InboxRow): Promise<void> {
  if (event.room === 'private') return;
  const opening = await shard.store.openings.begin(thread.address, event.author.id, id);
  if (opening.inbox !== id) return;
  shard.log.info({ thread: thread.id, by: event.author.id }, 'channel was opened to paired people');
  const caveat = await outletOf(shard, thread)?.adapter.caveat?.(thread.address);
  const opened =
    'People who were let in may talk to me here from now on. `!who` shows who they are, `!who close` turns it off.';
  await notices.tell(thread, `open-${id}`, caveat === undefined ? opened : `${opened} ${caveat}`);
}

/** Tells people that they were let in, where they asked. */
export async function greet({ shard, notices }: Deps): Promise<void> {
  const { store, lease } = shard;
  for (const { person, pairedBy, pairing, thread } of await store.people.ungreeted(lease.name)) {
    const place: ThreadRow | undefined = await store.threads.byId(thread);
    const admin = (await store.people.list()).find(({ id }) => id === pairedBy);
    const by = admin === undefined ? 'an operator' : approverName(admin.name);
    if (place !== undefined)
      await notices.tell(
        place,
        `welcome-${pairing}`,
        `You are in: ${by} let you in. Say what the agent should do; what you sent before was not passed on.`,
      );
    await store.people.greeted(person);
  }
}
