import { clip } from '../../core/clip.ts';
import { UserError } from '../../core/errors.ts';
import { code, escaped } from '../../render/plain.ts';
import type { InboxRow, PersonRow } from '../../store/types.ts';
import type { Shard } from '../shard.ts';
import type { Command, CommandCall, CommandDeps } from './command.ts';

export const who: Command = {
  name: 'who',
  argument: '[open|close]',
  description:
    'Who may talk to the agent here; an admin opens or closes this place to people who were let in',
  right: 'view',
  async run(deps, call) {
    const wish = call.text.trim().toLowerCase();
    if (wish === 'open' || wish === 'close') await change(deps, call, wish === 'open');
    else if (wish !== '')
      throw new UserError('`who` lists people; `who open` and `who close` change who may talk here.');
    await deps.notices.say(call.row, (await listOf(deps.shard, call.row)).join('\n'));
  },
};

async function change({ shard, guard }: CommandDeps, { row }: CommandCall, open: boolean): Promise<void> {
  const { author, room } = row.event;
  await guard.demand(row.event, 'people');
  if (room === 'private')
    throw new UserError(
      'This is a private chat: nobody else can be here. `unpair` takes back that somebody may.',
    );
  await shard.store.openings.set(row.thread.address, { open, changedBy: author.id, inbox: row.id });
  shard.log.info(
    { thread: row.thread.id, by: author.id, open },
    'channel was opened or closed to paired people',
  );
}

async function listOf({ store, settings }: Shard, { thread, event }: InboxRow): Promise<readonly string[]> {
  const known = await store.people.list();
  const admins = settings.admins.map((id) => nameOf(known.find((one) => one.id === id) ?? { id, name: '' }));
  const paired = known.filter(({ id, pairedAt }) => pairedAt !== undefined && !settings.admins.includes(id));
  return [
    `Admins: ${admins.join(', ') || 'nobody'}`,
    `Let in: ${paired.map(nameOf).join(', ') || 'nobody'}`,
    event.room === 'private'
      ? 'This is a private chat.'
      : (await store.openings.of(thread.address))?.open === true
        ? 'Here all of them may talk to me. `!who close` leaves it to the admins.'
        : 'Here only admins may talk to me. `!who open` lets the others in too.',
  ].map((line) => `- ${line}`);
}

function nameOf({ id, name }: Pick<PersonRow, 'id' | 'name'>): string {
  return name === '' ? code(id) : `${escaped(clip(name, 40))} (${code(id)})`;
}
