import fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { describe, expect, test } from 'vitest';
import type { PermissionRequest, QuestionRequest } from '../../../src/core/agent.ts';
import type { Capabilities } from '../../../src/core/channel.ts';
import { serverSessionId } from '../../../src/core/ids.ts';
import { emptyTurn } from '../../../src/core/turn.ts';
import { visible } from '../../../src/render/plain.ts';
import type { RequestView, TurnView } from '../../../src/render/plan.ts';
import { card } from '../../../src/render/requests.ts';
import { asked, colour, push, roomy, screen, start, viewOf } from './fixture.ts';

const view = viewOf(emptyTurn);
const cardOf = (request: RequestView, capabilities = roomy, more: Partial<TurnView> = {}) =>
  card({ ...view, ...more }, request, capabilities).content;
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
      Only a button decides this.
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
      Only a button decides this; a reply can become the reason of a rejection.
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
      Only a button decides this.
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

  describe('too long for a message', () => {
    const subject = `echo ${'a'.repeat(300)} && rm -rf / && echo ${'b'.repeat(90)}`;
    const little = { ...roomy, maxLength: 320 };
    const files = { ...little, uploads: { maxBytes: 10_000 } };
    const request = permission({ subject });
    const labels = (capabilities: Capabilities, stands: boolean) => {
      const { content } = card(view, request, capabilities, stands);
      expect(content.markdown.length).toBeLessThanOrEqual(little.maxLength);
      return content.buttons.map(({ label }) => label);
    };

    test('cannot be allowed where the whole of it can stand nowhere', () => {
      expect(card(view, request, little).file).toBeUndefined();
      expect(card(view, request, { ...files, uploads: { maxBytes: 100 } }).file).toBeUndefined();
      expect(labels(little, true)).toEqual(['Reject', 'Reject with reason']);
      expect(shown(request, little)).toMatchInlineSnapshot(`
        "── 7/0/request/1
        ⚠ Wants to run a command

        \`\`\`
        echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        \`\`\`

        … 329 characters hidden …

        \`\`\`
        bbbbbbbbbbbbbbbbbbbbbbbbbbbbb
        \`\`\`

        in api · for Ann
        Not all of it can be shown here, so here it can only be rejected. Ask for smaller steps, or decide in OpenCode.
        Only a button decides this.
        [Reject] [Reject with reason]"
      `);
    });

    test('cannot be allowed before the whole of it stands there as a file', () => {
      expect(labels(files, false)).toEqual(['Reject', 'Reject with reason']);
      expect(
        card(view, request, files).content.markdown.split('\n').slice(-3).join('\n'),
      ).toMatchInlineSnapshot(`
        "in api · for Ann  
        All of it follows as request-3.txt; then it can be allowed.  
        Only a button decides this."
      `);
    });

    test('can be allowed once it stands there', () => {
      expect(labels(files, true)).toEqual(['Allow once', 'Reject', 'Reject with reason']);
      const { content, file } = card(view, request, files, true);
      expect(content.markdown).toContain('All of it is in request-3.txt.');
      expect(file).toMatchObject({ name: 'request-3.txt', mime: 'text/plain', silent: true });
      expect(new TextDecoder().decode(file?.bytes)).toBe(`${subject}\n`);
    });

    test('a change is a patch, an input is JSON, and what has more to it is a text', () => {
      const long = 'x'.repeat(600);
      const nameOf = (more: Partial<PermissionRequest>) => card(view, permission(more), files).file?.name;
      expect(nameOf({ permission: 'edit', subject: 'a.ts', diff: `+${long}` })).toBe('request-3.patch');
      expect(nameOf({ permission: 'delete', subject: '', input: `{"a":"${long}"}` })).toBe('request-3.json');
      expect(nameOf({ subject: long, workdir: 'src' })).toBe('request-3.txt');
    });

    test('a question keeps its choices, and its file tells the rest', () => {
      const questions = colour.questions.map((one) => ({
        ...one,
        question: `${'long '.repeat(120)}and the end`,
      }));
      const asks = asked({ request: { ...colour, questions } });
      const { content, file } = card(view, asks, files);
      expect(content.markdown.length).toBeLessThanOrEqual(little.maxLength);
      expect(content.buttons.map(({ label }) => label)).toEqual(['Blue', 'Red', 'Own answer']);
      expect(new TextDecoder().decode(file?.bytes)).toContain('and the end');
    });
  });

  test('shows all that a tool is given of which the server tells nothing', () => {
    const input = JSON.stringify({ project: 'production', force: true }, undefined, 2);
    const request = { permission: 'tracker_delete_project', patterns: ['*'], subject: '', input };
    expect(shown(permission({ ...request, tool: 'tracker_delete_project' }))).toMatchInlineSnapshot(`
      "── 7/0/request/1
      ⚠ Wants to use \`tracker_delete_project\`

      \`\`\`json
      {
        "project": "production",
        "force": true
      }
      \`\`\`

      in api · for Ann
      Only a button decides this.
      [Allow once] [Reject] [Reject with reason]"
    `);
  });

  test('shows where a command runs, what it reaches, and which step repeats', () => {
    const input = JSON.stringify({ command: 'npm test' });
    const cards = [
      permission({ subject: 'npm test', workdir: 'packages/api' }),
      permission({ permission: 'external_directory', subject: 'ls -la', reaches: ['/tmp', '/etc'] }),
      permission({
        permission: 'external_directory',
        subject: '/etc/hosts',
        tool: 'read',
        reaches: ['/etc'],
      }),
      permission({ permission: 'doom_loop', subject: '', tool: 'bash', input }),
    ];
    expect(cards.map((one) => shown(one)).join('\n\n')).toMatchInlineSnapshot(`
      "── 7/0/request/1
      ⚠ Wants to run a command

      in \`packages/api\`

      \`\`\`
      npm test
      \`\`\`

      in api · for Ann
      Only a button decides this.
      [Allow once] [Reject] [Reject with reason]

      ── 7/0/request/1
      ⚠ Wants to reach outside of its project

      reaches \`/tmp\`, \`/etc\`

      \`\`\`
      ls -la
      \`\`\`

      in api · for Ann
      Only a button decides this.
      [Allow once] [Reject] [Reject with reason]

      ── 7/0/request/1
      ⚠ Wants to reach outside of its project

      with \`read\` · reaches \`/etc\`

      \`\`\`
      /etc/hosts
      \`\`\`

      in api · for Ann
      Only a button decides this.
      [Allow once] [Reject] [Reject with reason]

      ── 7/0/request/1
      ⚠ Wants to go on, though it repeats the same step

      with \`bash\`

      \`\`\`json
      {"command":"npm test"}
      \`\`\`

      in api · for Ann
      Only a button decides this.
      [Allow once] [Reject] [Reject with reason]"
    `);
  });

  test('cannot be allowed where the server does not tell what would be done', () => {
    expect(shown(permission({ permission: 'x_do', subject: '', unknown: true }))).toMatchInlineSnapshot(`
      "── 7/0/request/1
      ⚠ Wants to use \`x_do\`

      The agent server does not tell what exactly would be done, so here it can only be rejected. Ask for another way, or decide in OpenCode.

      in api · for Ann
      Only a button decides this.
      [Reject] [Reject with reason]"
    `);
  });

  test('a command stands there as it is written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (words) => {
        const subject = `/srv/api/${words} && x`;
        expect(cardOf(permission({ subject })).markdown).toContain(visible(subject));
      }),
    );
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
      A reply to this message is the answer: 2 lines, one for each question.
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
      { state: 'elsewhere' },
      ...(['once', 'always', 'reject'] as const).map(
        (reply) => ({ state: 'elsewhere', decidedAt: by.decidedAt, decision: { reply } }) as const,
      ),
      { state: 'elsewhere', decidedAt: by.decidedAt, decision: { reply: 'answers', answers: [['Blue']] } },
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
      Answered by another client of the agent server
      ✓ Allowed by another client of the agent server · 12:04
      ✓ Allowed always by another client of the agent server · 12:04: the server no longer asks for what is like it, until it restarts
      ✗ Rejected by another client of the agent server · 12:04
      ✓ Answered by another client of the agent server · 12:04: Blue
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
        // What a line would not show as it is stands in a block.
        const plain = !/[^\S ]|\s\s|\s$/.test(path);
        expect(tree(cardOf(request).markdown).map(({ type }) => type)).toEqual([
          'paragraph',
          plain ? 'paragraph' : 'code',
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
