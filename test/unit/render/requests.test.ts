import fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { describe, expect, test } from 'vitest';
import type { PermissionRequest, QuestionRequest } from '../../../src/core/agent.ts';
import { serverSessionId } from '../../../src/core/ids.ts';
import { emptyTurn } from '../../../src/core/turn.ts';
import type { RequestView, TurnView } from '../../../src/render/plan.ts';
import { card } from '../../../src/render/requests.ts';
import { asked, colour, push, roomy, screen, start, viewOf } from './fixture.ts';

const view = viewOf(emptyTurn);
const cardOf = (request: RequestView, capabilities = roomy, more: Partial<TurnView> = {}) =>
  card({ ...view, ...more }, request, capabilities);
const shown = (request: RequestView, capabilities = roomy) =>
  screen({
    slots: [{ key: '7/0/request/1', kind: 'request', priority: 1, content: cardOf(request, capabilities) }],
  });
const permission = (more: Partial<PermissionRequest>) => asked({ request: { ...push, ...more } });
const noForms = { ...roomy, forms: 'none' } as const;

describe('a permission that waits', () => {
  test('shows the whole command, and may ping', () => {
    const card = cardOf(asked());
    expect(shown(asked())).toMatchInlineSnapshot(`
      "── 7/0/request/1
      ⚠ Wants to run a command

      \`\`\`
      git push origin fix-date
      \`\`\`

      in api · for Ann
      [Allow once] [Reject] [Reject with reason]"
    `);
    expect(card).toMatchObject({ silent: false, live: true, kind: 'request' });
    expect(card.buttons.map(({ token }) => token)).toEqual([
      'request:3:once',
      'request:3:reject',
      'request:3:reason',
    ]);
    expect(card.buttons[2]?.form).toMatchObject({
      token: 'request:3:reason',
      fields: [{ id: 'reason', required: true }],
    });
  });

  test('takes a reason by reply where there are no forms', () => {
    expect(shown(asked(), noForms)).toMatchInlineSnapshot(`
      "── 7/0/request/1
      ⚠ Wants to run a command

      \`\`\`
      git push origin fix-date
      \`\`\`

      in api · for Ann
      Reply to this message to reject with a reason.
      [Allow once] [Reject]"
    `);
  });

  test('shows the whole change', () => {
    const diff = '--- a/src/date.ts\n+++ b/src/date.ts\n@@ -1 +1 @@\n-new Date()\n+utc()\n';
    expect(shown(permission({ permission: 'edit', subject: 'src/date.ts', diff }))).toMatchInlineSnapshot(`
      "── 7/0/request/1
      ⚠ Wants to change a file

      \`src/date.ts\`

      \`\`\`diff
      --- a/src/date.ts
      +++ b/src/date.ts
      @@ -1 +1 @@
      -new Date()
      +utc()
      \`\`\`

      in api · for Ann
      [Allow once] [Reject] [Reject with reason]"
    `);
  });

  test('says what it is about', () => {
    const titles = [
      'bash',
      'edit',
      'webfetch',
      'external_directory',
      'doom_loop',
      'mcp_`tool`',
      'constructor',
    ].map((kind) => cardOf(permission({ permission: kind })).markdown.split('\n')[0]);
    titles.push(cardOf(permission({ from: serverSessionId('child') })).markdown.split('\n')[0]);
    expect(titles.join('\n')).toMatchInlineSnapshot(`
      "⚠ Wants to run a command
      ⚠ Wants to change a file
      ⚠ Wants to open an address
      ⚠ Wants to reach outside of its project
      ⚠ Wants to go on, though it repeats the same step
      ⚠ Wants to use \`\` mcp_\`tool\` \`\`
      ⚠ Wants to use \`constructor\`
      ⚠ A sub-agent wants to run a command"
    `);
  });

  test('says how much it cannot show', () => {
    const subject = `echo ${'a'.repeat(300)} && rm -rf /`;
    const small = { ...roomy, maxLength: 240 };
    const { markdown } = cardOf(permission({ subject }), small);
    expect(markdown.length).toBeLessThanOrEqual(240);
    expect(shown(permission({ subject }), small)).toMatchInlineSnapshot(`
      "── 7/0/request/1
      ⚠ Wants to run a command

      \`\`\`
      echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
      \`\`\`

      … 187 characters hidden. Reject if in doubt. …

      \`\`\`
      aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa && rm -rf /
      \`\`\`

      in api · for Ann
      [Allow once] [Reject] [Reject with reason]"
    `);
  });
});

describe('a question that waits', () => {
  const question = asked({ request: colour });

  test('has a button for each choice, and room for an own answer', () => {
    expect(shown(question)).toMatchInlineSnapshot(`
      "── 7/0/request/1
      ⚠ Has a question

      > **Colour**
      >
      > Which colour should the button have?
      >
      > 1. Blue: as the sky
      > 2. Red

      in api · for Ann
      A reply to this message is the answer.
      [Blue] [Red] [Own answer]"
    `);
    expect(cardOf(question).buttons.map(({ token }) => token)).toEqual([
      'request:3:option.0',
      'request:3:option.1',
      'request:3:form',
    ]);
  });

  test('is answered by reply where there are no forms', () => {
    expect(shown(question, noForms)).toMatchInlineSnapshot(`
      "── 7/0/request/1
      ⚠ Has a question

      > **Colour**
      >
      > Which colour should the button have?
      >
      > 1. Blue: as the sky
      > 2. Red

      in api · for Ann
      A reply to this message is the answer.
      [Blue] [Red]"
    `);
  });

  test('becomes a form where there are several, or too many choices for buttons', () => {
    const [first] = colour.questions;
    if (first === undefined) throw new Error('no question');
    const second = { ...first, header: '', question: 'Which sizes?', multiple: true, custom: false };
    const several: QuestionRequest = { ...colour, questions: [first, second] };
    expect(shown(asked({ request: several }))).toMatchInlineSnapshot(`
      "── 7/0/request/1
      ⚠ Has a question

      > **Colour**
      >
      > Which colour should the button have?
      >
      > 1. Blue: as the sky
      > 2. Red

      > Which sizes?
      >
      > 1. Blue: as the sky
      > 2. Red
      >
      > Several may be chosen.

      in api · for Ann
      A reply to this message is the answer.
      (Which colour should the button have?: Blue | Red) (Which sizes?: Blue | Red)"
    `);
    expect(cardOf(asked({ request: several })).form).toMatchObject({
      token: 'request:3:form',
      fields: [
        { id: 'q0', multiple: false, custom: true },
        { id: 'q1', multiple: true, custom: false },
      ],
    });
    const options = Array.from({ length: 9 }, (_, at) => ({ label: `Shade ${at}`, description: '' }));
    const many: QuestionRequest = { ...colour, questions: [{ ...first, options }] };
    expect(cardOf(asked({ request: many })).buttons).toEqual([]);
    expect(cardOf(asked({ request: many })).form?.fields[0]?.options).toHaveLength(9);
  });

  test('tells choices apart that begin alike', () => {
    const [first] = colour.questions;
    if (first === undefined) throw new Error('no question');
    const options = ['one', 'two'].map((end) => ({
      label: `the very same beginning, ${end}`,
      description: '',
    }));
    const request: QuestionRequest = { ...colour, questions: [{ ...first, custom: false, options }] };
    const labels = cardOf(asked({ request })).buttons.map(({ label }) => label);
    expect(new Set(labels).size).toBe(2);
    for (const label of labels) expect([...label].length).toBeLessThanOrEqual(24);
  });
});

describe('a card that is over', () => {
  const by = { decidedBy: 'Ben', decidedAt: start + 124 * 60_000 };
  const last = (more: Partial<RequestView>) => {
    const { markdown, buttons, form, silent } = cardOf(asked(more));
    expect(form).toBeUndefined();
    expect(silent).toBe(true);
    return [markdown.split('\n').at(-1), ...buttons.map(({ label, token }) => `[${label}] ${token}`)].join(
      ' ',
    );
  };

  test('keeps what was asked and says what became of it', () => {
    const states: readonly Partial<RequestView>[] = [
      { ...by, state: 'settling', decision: { reply: 'once' } },
      { ...by, state: 'settled', decision: { reply: 'once' } },
      { ...by, state: 'settled', decision: { reply: 'reject' } },
      { ...by, state: 'settled', decision: { reply: 'reject', reason: 'not *today*\n✓ Allowed' } },
      { ...by, state: 'settled', decision: { reply: 'answers', answers: [['Blue'], ['S', 'my own']] } },
      { state: 'elsewhere', decidedAt: by.decidedAt },
      { state: 'aborted' },
      { state: 'expired' },
      { state: 'lost' },
      { state: 'expired', request: colour },
      { state: 'lost', request: colour },
    ];
    expect(states.map(last).join('\n')).toMatchInlineSnapshot(`
      "Ben allowed it; telling the agent server…
      ✓ Allowed once by Ben · 12:04
      ✗ Rejected by Ben · 12:04
      ✗ Rejected by Ben · 12:04: not \\*today\\* ✓ Allowed
      ✓ Answered by Ben · 12:04: Blue; S, my own
      Answered elsewhere · 12:04
      The run ended before an answer; it was not run.
      Nobody answered within 30 minutes, so it was not run. [Ask again] request:3:again
      The agent server restarted and no longer knows this request; it was not run. [Ask again] request:3:again
      Nobody answered within 30 minutes. [Ask again] request:3:again
      The agent server restarted and no longer knows this request. [Ask again] request:3:again"
    `);
    for (const state of states) {
      if (state.request === undefined) expect(cardOf(asked(state)).markdown).toContain(push.subject);
    }
  });
});

describe('nobody but us writes on a card', () => {
  const tree = (markdown: string) => fromMarkdown(markdown).children;
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc
      .array(
        fc.constantFrom(
          '`',
          '```',
          '````\n',
          '\n\n',
          '~~~',
          '# ',
          '> ',
          '| a |',
          '✓ Allowed once by Ben · 12:04',
          '\u202e',
          '\u200b',
          '</details>',
          '- ',
          '\r',
          '&lt;',
          '\\',
        ),
        {
          maxLength: 12,
        },
      )
      .map((pieces) => pieces.join('')),
  );

  test('a command stays within its fence', () => {
    fc.assert(
      fc.property(hostile, (subject) => {
        const { markdown } = cardOf(permission({ subject: `x${subject}` }));
        expect(tree(markdown).map(({ type }) => type)).toEqual(['paragraph', 'code', 'paragraph']);
      }),
    );
  });

  test('a change stays within its fence, a path within its code', () => {
    fc.assert(
      fc.property(hostile, hostile, (path, diff) => {
        const request = permission({ permission: 'edit', subject: `x${path}`, diff: `-${diff}` });
        expect(tree(cardOf(request).markdown).map(({ type }) => type)).toEqual([
          'paragraph',
          'paragraph',
          'code',
          'paragraph',
        ]);
      }),
    );
  });

  test('a question stays within its quotation, and so does a choice', () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, (header, question, label) => {
        const options = [{ label: `x${label}`, description: question }];
        const questions = [{ header, question: `x${question}`, options, multiple: true, custom: true }];
        const { markdown } = cardOf(asked({ request: { ...colour, questions } }));
        expect(tree(markdown).map(({ type }) => type)).toEqual(['paragraph', 'blockquote', 'paragraph']);
      }),
    );
  });

  test('a name or a reason is one line of plain words', () => {
    fc.assert(
      fc.property(hostile, (words) => {
        const request = asked({
          state: 'settled',
          decidedBy: `x${words}`,
          decidedAt: start,
          decision: { reply: 'reject', reason: `x${words}` },
        });
        const { markdown } = cardOf(request, roomy, { author: { id: 'web:x', name: `x${words}` } });
        const types = fromMarkdown(markdown).children.at(-1);
        expect(fromMarkdown(markdown).children).toHaveLength(3);
        const inline = types?.type === 'paragraph' ? types.children.map(({ type }) => type) : [];
        expect(inline).toEqual(['text', 'break', 'text']);
      }),
    );
  });

  test('what cannot be seen is shown', () => {
    const subject = 'rm \u202Etxt.exe\u200B -rf\u00A0/ \u0007\u{E0041}';
    expect(cardOf(permission({ subject })).markdown.split('\n')[3]).toBe(
      'rm ⟨U+202E⟩txt.exe⟨U+200B⟩ -rf⟨U+00A0⟩/ ⟨U+0007⟩⟨U+E0041⟩',
    );
  });
});
