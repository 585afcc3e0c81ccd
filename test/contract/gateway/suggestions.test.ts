import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Agent } from '../../../src/core/agent.ts';
import type { Author, Unfinished } from '../../../src/core/channel.ts';
import { AgentUnavailableError } from '../../../src/core/errors.ts';
import { serverSessionId, sessionId } from '../../../src/core/ids.ts';
import type { SessionInfo } from '../../../src/core/library.ts';
import { noProject } from '../../../src/core/project.ts';
import { commands } from '../../../src/gateway/commands/table.ts';
import { createSuggestions } from '../../../src/gateway/inbound/suggestions.ts';
import type { Store } from '../../../src/store/types.ts';
import { createFakeAgent } from '../../fake/agent.ts';
import { openShared } from './world.ts';

const ann: Author = { id: 'fake:ann', name: 'Ann' };
const eve: Author = { id: 'fake:eve', name: 'Eve' };
const nobody = { platform: 'fake', channel: 'c', thread: 'nobody has said anything here' };

let shared: { readonly store: Store; close(): Promise<void> };

beforeAll(async () => {
  shared = await openShared();
});
afterAll(() => shared.close());

const models = ['anthropic/claude-sonnet-4', 'anthropic/claude-opus-4', 'openai/gpt-5', 'local/sonnet-clone'];
const agents = ['build', 'plan'].map((name) => ({ name, description: '' }));

const now = 1_000_000_000;
const session = (id: string, title: string, minutes: number): SessionInfo => ({
  id: serverSessionId(id),
  title,
  updatedAt: now - minutes * 60_000,
  origin: undefined,
});

/** What is suggested to somebody who has written so much; by its values. */
function asked(more: Partial<Agent> = {}, sessions: readonly SessionInfo[] = [], store = shared.store) {
  const fake = createFakeAgent('s1');
  const agent: Agent = {
    ...fake,
    offers: async (directory) => ({ ...(await fake.offers(directory)), models, agents }),
    library: { ...fake.library, list: async () => sessions },
    ...more,
  };
  const suggest = createSuggestions({
    store,
    agents: [agent],
    settings: { admins: [ann.id], projects: { api: { directory: '/srv/api', server: 's1' } } },
    commands,
    place: ({ platform }) => ({ project: platform === 'fake' ? 'api' : noProject, server: 's1' }),
    now: () => now,
  });
  return async (command: string, text: string, changes: Partial<Unfinished> = {}) =>
    suggest({ address: nobody, author: ann, room: 'thread', command, text, ...changes });
}

const valuesOf = async (suggestions: ReturnType<ReturnType<typeof asked>>) =>
  (await suggestions).map(({ value }) => value);

test('models and agents of the project, the nearest first', async () => {
  const suggest = asked();
  expect(await valuesOf(suggest('model', ''))).toEqual(models);
  expect(await valuesOf(suggest('model', 'sonnet'))).toEqual([
    'local/sonnet-clone',
    'anthropic/claude-sonnet-4',
  ]);
  expect(await valuesOf(suggest('model', 'Anthropic OPUS'))).toEqual(['anthropic/claude-opus-4']);
  expect(await valuesOf(suggest('model', 'gtp-5'))).toEqual(['openai/gpt-5']);
  expect(await valuesOf(suggest('model', 'nothing like it'))).toEqual([]);
  expect(await valuesOf(suggest('agent', 'p'))).toEqual(['plan']);
});

test('sessions are told by their titles, and mean their ids', async () => {
  const suggest = asked({}, [session('ses_1', 'Fix date test', 3), session('ses_2', '', 90)]);
  expect(await suggest('attach', '')).toEqual([
    { value: 'ses_1', label: 'Fix date test · 3 min ago' },
    { value: 'ses_2', label: 'ses_2 · 1 h 30 min ago' },
  ]);
  expect(await valuesOf(suggest('attach', 'date'))).toEqual(['ses_1']);
});

test('whoever was let in is told the sessions that they have prompted, and none to attach', async () => {
  const { people, sessions } = shared.store;
  const store: Store = {
    ...shared.store,
    people: { ...people, standing: async () => ({ name: 'Eve', paired: true, open: true }) },
    sessions: {
      ...sessions,
      promptedBy: async () => [
        {
          id: sessionId(1),
          server: 's1',
          project: 'api',
          directory: '/srv/api',
          title: '',
          serverSession: serverSessionId('ses_1'),
          seenAt: undefined,
        },
      ],
    },
  };
  const all = [session('ses_1', 'Fix date test', 3), session('ses_2', 'Of others', 4)];
  const suggest = asked({}, all, store);
  expect(await valuesOf(suggest('watch', '', { author: eve }))).toEqual(['ses_1']);
  expect(await valuesOf(suggest('attach', '', { author: eve }))).toEqual([]);
});

test('no more than can be shown', async () => {
  const many = Array.from({ length: 60 }, (_, at) => session(`ses_${at}`, `Session ${at}`, at));
  expect(await asked({}, many)('attach', 'session')).toHaveLength(25);
});

test('whoever may not give the command is told nothing', async () => {
  const suggest = asked({}, [session('ses_1', 'Fix date test', 3)]);
  for (const command of ['model', 'agent', 'attach'])
    expect(await suggest(command, '', { author: eve })).toEqual([]);
  await shared.store.people.meet(eve);
  expect(await suggest('attach', '', { author: { ...ann, bot: true } })).toEqual([]);
});

test('nothing where there is nothing to tell: another command, another place, a server that is away', async () => {
  const suggest = asked();
  expect(await suggest('status', '')).toEqual([]);
  expect(await suggest('no such command', '')).toEqual([]);
  expect(await suggest('model', '', { address: { ...nobody, platform: 'elsewhere' } })).toEqual([]);
  const away = asked({ offers: () => Promise.reject(new AgentUnavailableError('away')) });
  expect(await away('model', '')).toEqual([]);
});
