import { code } from '../../render/plain.ts';
import type { Command } from './command.ts';
import { bindTo } from './session-list.ts';
import { quietThreadOf } from './thread-state.ts';

export const fork: Command = {
  name: 'fork',
  description: 'Go on in this thread with a copy of the session; the original stays as it is',
  right: 'settings',
  async run(deps, { row }) {
    const { shard, notices } = deps;
    const { place, ref } = await quietThreadOf(shard, row);
    const origin = `fork-${shard.settings.ids.post(row.thread.id, `fork/${row.id}`)}`;
    const made = async () =>
      (await shard.agent.library.list(ref.directory)).find((one) => one.origin === origin);
    // It may have been made by this very event, before a crash.
    if ((await made()) === undefined) await shard.agent.library.fork(ref, origin);
    const copy = await made();
    if (copy === undefined) throw new Error(`the copy of session ${ref.session} is not in its list`);
    await bindTo(deps, place, copy);
    const before = ref.session === copy.id ? '' : ` (${code(ref.session)})`;
    await notices.say(
      row,
      `This thread goes on with a copy of the session. The original${before} stays as it is; \`!sessions\` lists both.`,
    );
  },
};
