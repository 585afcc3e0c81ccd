/** What people said in a session, and taking it back. */
import type { SessionRef } from '../../core/agent.ts';
import { serverMessageId } from '../../core/ids.ts';
import type { History, Past } from '../../core/library.ts';
import type { Calls } from './calls.ts';

/** Messages that are looked through, the newest of the session. */
const mostMessages = 100;

export function createHistory(calls: Calls): History {
  return {
    read: (ref) => read(calls, ref),
    async revert({ session: sessionID, directory }, messageID) {
      await calls('take it back', (client, options) =>
        client.session.revert({ sessionID, directory, messageID }, options),
      );
    },
    async unrevert({ session: sessionID, directory }) {
      await calls('bring it back', (client, options) =>
        client.session.unrevert({ sessionID, directory }, options),
      );
    },
  };
}

/** Messages that the server writes by itself in a person's place hold no text of a person. */
async function read(calls: Calls, { session: sessionID, directory }: SessionRef): Promise<Past> {
  const [info, messages] = await Promise.all([
    calls('read the session', (client, options) => client.session.get({ sessionID, directory }, options)),
    calls('read the messages', (client, options) =>
      client.session.messages({ sessionID, directory, limit: mostMessages }, options),
    ),
  ]);
  const prompts = messages.flatMap(({ info: { id, role }, parts }) => {
    const texts = parts.flatMap((part) =>
      part.type === 'text' && part.synthetic !== true ? [part.text] : [],
    );
    return role === 'user' && texts.length > 0 ? [{ id: serverMessageId(id), text: texts.join('\n') }] : [];
  });
  const reverted = info.revert?.messageID;
  return { prompts, reverted: reverted === undefined ? undefined : serverMessageId(reverted) };
}
