/** What must hold at the end of a walk, whatever happened in it; each breach is one line. */
import type { Database } from '../../../src/store/tables.ts';
import { pressable, threads, type Walk } from './walk.ts';

export async function complaints(walk: Walk, db: Database): Promise<readonly string[]> {
  const shown = threads.flatMap((thread) => ofThread(walk, thread));
  return [...shown, ...ofReplies(walk), ...(await ofPrompts(walk, db))];
}

/** What a message is born as where a post can be neither found nor recognised. */
const placeholders = new Set(['…', '⚠ Waits for an answer']);
const marksIn = (text: string): readonly string[] => text.match(/«\d+»/g) ?? [];

function ofThread(walk: Walk, thread: string): readonly string[] {
  const { one, said } = walk;
  const messages = one.platform.messages(thread);
  const own = new Set(said.filter((one) => one.thread === thread).map(({ tag }) => tag));
  const sessions = one.agent.prompts
    .filter(({ parts }) => parts.some(({ text }) => [...own].some((tag) => text.includes(tag))))
    .map(({ ref }) => ref.session);
  const written = [...new Set(sessions)].flatMap((session) => one.agent.transcript(session));
  const lost = new Set(written.filter((message) => message.lost).flatMap(({ text }) => marksIn(text)));
  const due = written.filter((message) => !message.lost).flatMap(({ text }) => marksIn(text));
  const found: string[] = [];
  for (const { id, content } of messages) {
    const leftover = content.buttons.filter(({ label }) => pressable.has(label)).map(({ label }) => label);
    if (leftover.length > 0) found.push(`${id} in ${thread} has ${leftover.join(', ')}`);
    if (content.live && !placeholders.has(content.markdown)) found.push(`${id} in ${thread} is live`);
    if (content.markdown.startsWith('Queued')) found.push(`${id} in ${thread} says it is queued`);
  }
  const empty = messages.filter(({ content }) => placeholders.has(content.markdown)).length;
  if (empty > walk.numbers.doubtful) found.push(`${empty} placeholders in ${thread}`);
  const seen = messages.flatMap(({ content }) => marksIn(content.markdown));
  const kept = seen.filter((mark) => !lost.has(mark));
  if (kept.join(' ') !== due.join(' '))
    found.push(`${thread} shows ${kept.join(' ')} where ${due.join(' ')} was said`);
  if (new Set(seen).size !== seen.length) found.push(`${thread} shows something twice: ${seen.join(' ')}`);
  return found;
}

function ofReplies({ one }: Walk): readonly string[] {
  const ids = one.agent.replies.map((line) => line.split(' ')[0] ?? '');
  const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
  return twice.map((id) => `${id} was answered twice`);
}

/** Each message is in one prompt, which was sent if it is said to be answered. */
async function ofPrompts({ one, said }: Walk, db: Database): Promise<readonly string[]> {
  const rows = await db.selectFrom('prompt').select(['state', 'pieces']).execute();
  return said.flatMap(({ tag, message, deleted }) => {
    const calls = one.agent.prompts.filter(({ parts }) => parts.some(({ text }) => text.includes(tag)));
    const ids = new Set(calls.map(({ messageId }) => messageId));
    const states = rows
      .filter(({ pieces }) => JSON.stringify(pieces).includes(JSON.stringify(message)))
      .map(({ state }) => state);
    const [state] = states;
    if (states.length !== 1 || ids.size > 1)
      return [`${tag} is in ${states.length} prompts, and was sent as ${ids.size}`];
    if (state === 'withdrawn' && !deleted) return [`${tag} was withdrawn by nobody`];
    return state === 'answered' && ids.size === 0 ? [`${tag} was answered and never sent`] : [];
  });
}
