/** What a card must show before it can be allowed, and what words and other clients do to it. */
import { expect, test } from 'vitest';
import type { AgentRequest, PermissionRequest } from '../../../src/core/agent.ts';
import { serverRequestId } from '../../../src/core/ids.ts';
import type { World } from './world.ts';
import { createWorlds, permission, shows } from './worlds.ts';

const worlds = createWorlds();
const files = { abilities: { uploads: { maxBytes: 1_000_000 } } } as const;
const long: PermissionRequest = {
  ...permission,
  subject: Array.from({ length: 600 }, (_, n) => `echo ${n}`).join('\n'),
};
const gone = { ...permission, id: serverRequestId('per_2'), subject: 'rm -rf build' };

/** What can be pressed on the newest message with these words. */
const buttons = (one: World, words: string) =>
  one.platform.message(words).content.buttons.map(({ label }) => label);

async function asks(request: AgentRequest, more: Parameters<typeof worlds.running>[0] = {}): Promise<World> {
  const one = await worlds.running(more);
  one.agent.ask(request);
  await one.sees(() => shows(one, '[Reject]'));
  return one;
}

test('a long command stands there whole as a file before it can be allowed', async () => {
  const gate = Promise.withResolvers<void>();
  const one = worlds.make(files);
  one.platform.faults.push({ call: 'upload', until: gate.promise });
  one.start();
  await one.say('hello');
  await one.sees(() => one.agent.prompts.length === 1);
  one.agent.ask(long);
  await one.sees(() => shows(one, 'characters hidden'));
  expect(buttons(one, 'characters hidden')).toEqual(['Reject', 'Reject with reason']);
  expect(shows(one, 'then it can be allowed')).toBe(true);
  gate.resolve();
  await one.sees(() => buttons(one, 'characters hidden').includes('Allow once'));
  const [file] = one.platform.uploaded();
  expect(new TextDecoder().decode(file?.bytes)).toBe(`${long.subject}\n`);
  expect(shows(one, `All of it is in ${file?.name}.`)).toBe(true);
  await one.press('Allow once');
  await one.sees(() => shows(one, '✓ Allowed once by Ann'));
  expect(one.platform.uploaded()).toHaveLength(1);
});

test.each([
  ['takes no files', {}, undefined],
  ['refuses this one', files, { reason: 'forbidden' } as const],
])('where the platform %s a long command can only be rejected, and the card says how to go on', async (_, more, failure) => {
  const one = worlds.make(more);
  if (failure !== undefined) one.platform.faults.push({ call: 'upload', failure });
  one.start();
  await one.say('hello');
  await one.sees(() => one.agent.prompts.length === 1);
  one.agent.ask(long);
  await one.sees(() =>
    shows(one, 'here it can only be rejected. Ask for smaller steps, or decide in OpenCode.'),
  );
  expect(buttons(one, 'characters hidden')).toEqual(['Reject', 'Reject with reason']);
  one.agent.ask(gone);
  await one.sees(() => shows(one, 'rm -rf build'));
  expect(buttons(one, 'rm -rf build')).toContain('Allow once');
});

test('a card is not held up by its file, and neither is the next one', async () => {
  const gate = Promise.withResolvers<void>();
  const one = worlds.make(files);
  one.platform.faults.push({ call: 'upload', until: gate.promise });
  one.start();
  await one.say('hello');
  await one.sees(() => one.agent.prompts.length === 1);
  one.agent.ask(long);
  one.agent.ask(gone);
  await one.sees(() => shows(one, 'rm -rf build'));
  expect(one.platform.uploaded()).toEqual([]);
  gate.resolve();
  await one.sees(() => one.platform.uploaded().length === 1);
});

test('an act that the server does not tell cannot be allowed until it does', async () => {
  const blind: PermissionRequest = { ...permission, permission: 'tracker_do', subject: '', unknown: true };
  const one = await asks(blind);
  expect(buttons(one, 'tracker_do')).toEqual(['Reject', 'Reject with reason']);
  expect(shows(one, 'does not tell what exactly would be done')).toBe(true);
  const { unknown: _, ...known } = { ...blind, input: '{"project":"production"}', tool: 'tracker_do' };
  one.agent.ask(known);
  await one.sees(() => shows(one, '"project":"production"'));
  expect(buttons(one, 'tracker_do')).toContain('Allow once');
  expect(one.platform.screen().filter((text) => text.includes('tracker_do'))).toHaveLength(1);
});

test.each([
  [{ reply: 'once' } as const, '✓ Allowed by another client of the agent server'],
  [{ reply: 'always' } as const, '✓ Allowed always by another client of the agent server'],
  [{ reply: 'reject' } as const, '✗ Rejected by another client of the agent server'],
])('what another client decided is told: $reply', async (outcome, words) => {
  const one = await asks(permission);
  one.agent.close(permission.id, outcome);
  await one.sees(() => shows(one, words));
  expect(one.agent.replies).toEqual([]);
});

test('another client that was faster than a press here is told, and not the press', async () => {
  const one = worlds.make();
  const gate = Promise.withResolvers<void>();
  const agent: World['agent'] = {
    ...one.agent,
    async replyPermission() {
      await gate.promise;
      return 'unknown';
    },
  };
  one.start('one', worlds.store(), agent);
  await one.say('hello');
  await one.sees(() => one.agent.prompts.length === 1);
  one.agent.ask(permission);
  await one.sees(() => shows(one, '[Allow once]'));
  await one.press('Allow once');
  await one.sees(() => shows(one, 'Ann allowed it; telling'));
  one.agent.close(permission.id, { reply: 'reject' });
  await one.sees(() => shows(one, '✗ Rejected by another client'));
  gate.resolve();
  await one.sees(() => !shows(one, 'Allowed once by Ann'));
});

test('words decide nothing: they are asked back about once, with buttons', async () => {
  const one = await asks(permission);
  const card = one.platform.message('ls -l').id;
  await one.say('yes, go ahead', { replyTo: card });
  await one.sees(() => shows(one, 'answered in words, and words decide nothing'));
  expect(one.agent.replies).toEqual([]);
  expect(one.platform.message('answered in words').content.markdown).toMatchInlineSnapshot(`
    "Ann answered in words, and words decide nothing here: it still waits for a button.

    > yes, go ahead

    ⚠ Wants to run a command

    \`\`\`
    ls -l
    \`\`\`"
  `);
  expect(buttons(one, 'answered in words')).toEqual(['Allow once', 'Reject', 'Reject with these words']);
  await one.say('I mean it', { replyTo: card });
  await one.sees(() => shows(one, '> I mean it'));
  expect(one.platform.screen().filter((text) => text.includes('answered in words'))).toHaveLength(1);
  await one.press('Allow once');
  await one.sees(() => shows(one, '✓ Allowed once by Ann'));
  expect(one.agent.replies).toEqual(['per_1 once']);
  await one.sees(() => shows(one, 'Decided since: its card says how.'));
});

test('words become the reason of a rejection by a button', async () => {
  const one = await asks(permission);
  await one.say('use the staging branch', { replyTo: one.platform.message('ls -l').id });
  await one.sees(() => shows(one, '[Reject with these words]'));
  await one.press('Reject with these words');
  await one.sees(() => shows(one, '✗ Rejected by Ann'));
  expect(one.agent.replies).toEqual(['per_1 reject use the staging branch']);
});

test('a long command is not allowed on the question back, which does not show it', async () => {
  const one = await asks(long, files);
  await one.sees(() => buttons(one, 'characters hidden').includes('Allow once'));
  await one.say('ok', { replyTo: one.platform.message('characters hidden').id });
  await one.sees(() => shows(one, 'It can be allowed on its card above.'));
  expect(buttons(one, 'answered in words')).toEqual(['Reject', 'Reject with these words']);
});

const two: AgentRequest = {
  kind: 'question',
  id: serverRequestId('que_1'),
  session: permission.session,
  from: permission.from,
  questions: [
    {
      header: 'Colour',
      question: 'Which colour?',
      options: [{ label: 'Red', description: '' }],
      multiple: false,
      custom: true,
    },
    {
      header: 'Size',
      question: 'Which sizes?',
      options: ['S', 'M', 'L'].map((label) => ({ label, description: '' })),
      multiple: true,
      custom: false,
    },
  ],
};

test('a reply to a card with two questions says what is missing, and then it works', async () => {
  const one = await worlds.running();
  one.agent.ask(two);
  await one.sees(() => shows(one, 'A reply to this message is the answer: 2 lines, one for each question.'));
  const card = one.platform.message('Which colour?').id;
  await one.say('red', { replyTo: card });
  await one.sees(() => shows(one, 'Not answered: Size.'));
  await one.say('red\nXL', { replyTo: card });
  await one.sees(() => shows(one, '"XL" is none of the choices for Size. They are: 1. S, 2. M, 3. L.'));
  expect(one.agent.replies).toEqual([]);
  await one.say('red\nS, 3', { replyTo: card });
  await one.sees(() => one.agent.replies.length === 1);
  expect(one.agent.replies).toEqual(['que_1 [["Red"],["S","L"]]']);
});
