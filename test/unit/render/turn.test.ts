import { describe, expect, test } from 'vitest';
import { requestId, serverMessageId, serverSessionId } from '../../../src/core/ids.ts';
import { emptyTurn } from '../../../src/core/turn.ts';
import { render } from '../../../src/render/render.ts';
import {
  answered,
  asked,
  message,
  push,
  roomy,
  screen,
  start,
  text,
  tool,
  turnOf,
  viewOf,
} from './fixture.ts';

const shown = (view: Parameters<typeof render>[0]) => screen(render(view, roomy).plan);

const work = [
  tool('t1', 'read', 'src/date.ts'),
  tool('t2', 'bash', 'npm test -- date', {
    status: 'failed',
    startedAt: start + 1_000,
    endedAt: start + 5_100,
  }),
  tool('t3', 'edit', 'src/date.ts', { status: 'running' }),
];

describe('a turn that runs', () => {
  test('is heard at once', () => {
    expect(
      shown(viewOf(emptyTurn, { now: start + 4_000 }))
        .split('\n')
        .slice(0, 3)
        .join('\n'),
    ).toMatchInlineSnapshot(`
      "── 7/0/activity/1
      ▸ Working
      [Stop]"
    `);
  });

  test('shows its tools, then its text', () => {
    const parts = [...work, text('x', 'The test compares local time with UTC. I will **ma', false)];
    expect(shown(viewOf(turnOf(parts)))).toMatchInlineSnapshot(`
      "── 7/0/activity/1
      ▸ Working · 35 s
      ✓ read \`src/date.ts\`
      ✗ bash \`npm test -- date\` · failed · 4.1 s
      ▸ edit \`src/date.ts\`
      [Stop]
      ── 7/0/text/1
      The test compares local time with UTC. I will"
    `);
  });

  test('keeps the last few lines, and a task above those of its sub-agent', () => {
    const turn = turnOf(
      [...work, tool('t4', 'task', 'look around', { child: serverSessionId('sub'), status: 'running' })],
      {
        messages: [message('m1'), message('m2', { session: serverSessionId('sub') })],
      },
    );
    const inside = Array.from({ length: 7 }, (_, at) => ({
      message: serverMessageId('m2'),
      part: tool(`c${at}`, 'grep', `pattern ${at}`),
    }));
    expect(shown(viewOf({ ...turn, items: [...turn.items, ...inside] }))).toMatchInlineSnapshot(`
      "── 7/0/activity/1
      ▸ Working · 35 s
      ▸ task \`look around\`
       ✓ grep \`pattern 2\`
       ✓ grep \`pattern 3\`
       ✓ grep \`pattern 4\`
       ✓ grep \`pattern 5\`
       ✓ grep \`pattern 6\`
      +5 more
      [Stop]"
    `);
  });

  test('says what it waits for', () => {
    const retry = { attempt: 3, message: 'Overloaded', next: start + 43 * 60_000 };
    const turn = turnOf(work.slice(0, 1), { state: 'retrying', retry });
    expect(shown(viewOf(turn, { awaySince: start + 42 * 60_000 }))).toMatchInlineSnapshot(`
      "── 7/0/activity/1
      ▸ Working · 35 s
      The agent server has not answered since 10:42. Your message is kept and goes on when it is back.
      The model provider is overloaded; next try at 10:43 (3 of 5).
      ✓ read \`src/date.ts\`
      [Stop]"
    `);
  });

  test('ticks its list in place', () => {
    const todos = (done: boolean) => [
      { text: 'Find the *bug*', status: done ? 'completed' : 'in_progress' } as const,
      { text: 'Fix it', status: 'pending' } as const,
      { text: 'Write a poem', status: 'cancelled' } as const,
    ];
    const parts = [
      tool('t1', 'todowrite', '', { todos: todos(false) }),
      text('x', 'On it.'),
      tool('t2', 'todowrite', '', { todos: todos(true) }),
    ];
    expect(shown(viewOf(turnOf(parts)))).toMatchInlineSnapshot(`
      "── 7/0/activity/1
      ▸ Working · 35 s
      [Stop]
      ── 7/0/todo/1
      To-do · 2 of 3

      - [x] Find the \\*bug\\*
      - [ ] Fix it
      - [x] ~~Write a poem~~
      ── 7/0/text/1
      On it."
    `);
  });

  test('says little where little is wanted', () => {
    const turn = turnOf([...work, text('x', 'Half a sentence', false)]);
    expect(shown(viewOf(turn, { verbosity: 'quiet' }))).toMatchInlineSnapshot(`
      "── 7/0/text/1
      Half a sentence
      [Stop]"
    `);
  });

  test('says much where much is wanted', () => {
    const thought = {
      type: 'reasoning',
      id: 'r',
      text: 'Time zones\n\nagain.',
      done: true,
      gap: false,
    } as const;
    const printed = tool('t2', 'bash', 'npm test', { output: '1 failed\n```\nforged' });
    const turn = turnOf([thought, printed]);
    expect(shown(viewOf(turn, { verbosity: 'verbose' }))).toMatchInlineSnapshot(`
      "── 7/0/activity/1
      ▸ Working · 35 s

      > Time zones again.

      ✓ bash \`npm test\`
      \`\`\`\`
      1 failed
      \`\`\`
      forged
      \`\`\`\`
      [Stop]"
    `);
  });

  test('goes on after a restart of the server, in the same message', () => {
    const resumed = { resumedAt: start + 51 * 60_000, attempt: 1 };
    const before = render(viewOf(turnOf([]), resumed), roomy).plan;
    expect(screen(before)).toMatchInlineSnapshot(`
      "── 7/0/activity/1
      ▸ Working · 35 s
      The agent server restarted at 10:51 while this was running; going on with the same message.
      [Stop]"
    `);
    const after = render(viewOf(turnOf([text('x', 'Here it is.')]), resumed), roomy).plan;
    expect(screen(after)).toMatchInlineSnapshot(`
      "── 7/0/activity/1
      ▸ Working · 35 s
      [Stop]
      ── 7/0/text/1
      > The agent server restarted at 10:51 while this was running; going on with the same message.

      Here it is."
    `);
    expect(before.keeps).toEqual([{ segment: 0, kinds: ['text', 'activity', 'todo'] }]);
    expect(after.keeps).toEqual(before.keeps);
  });

  test('is being stopped', () => {
    expect(shown(viewOf(turnOf(work), { standing: { type: 'stopping', by: 'Ann' } }))).toMatchInlineSnapshot(`
      "── 7/0/activity/1
      ▸ Stopping for Ann
      ✓ read \`src/date.ts\`
      ✗ bash \`npm test -- date\` · failed · 4.1 s
      ▸ edit \`src/date.ts\`"
    `);
  });
});

test('a picture that a tool gave to the model is named, and so is where a command ran', () => {
  const parts = [
    tool('1', 'tracker_screenshot', '{"page":"start"}', { files: [{ name: '', mime: 'image/png' }] }),
    tool('2', 'read', 'plan.pdf', { files: [{ name: 'plan.pdf', mime: 'application/pdf' }] }),
    tool('3', 'bash', 'npm test', { workdir: 'packages/api' }),
  ];
  expect(screen(render(viewOf(turnOf(parts)), roomy).plan)).toMatchInlineSnapshot(`
    "── 7/0/activity/1
    ▸ Working · 35 s
    ✓ tracker_screenshot \`{"page":"start"}\` · gave the model a picture (PNG)
    ✓ read \`plan.pdf\` · gave the model a file (plan.pdf)
    ✓ bash \`npm test\` in \`packages/api\`
    [Stop]"
  `);
});

describe('the order of a thread', () => {
  const parts = [tool('t1', 'read', 'a.ts'), text('x', 'I push it now.'), tool('t2', 'bash', 'git push')];

  test('a card stands below what came before it, and the rest below the card', () => {
    const open = viewOf(turnOf(parts), { requests: [asked({ position: 3 })] });
    expect(shown(open)).toMatchInlineSnapshot(`
      "── 7/0/activity/1
      ▸ Waiting for an answer
      ✓ read \`a.ts\`
      ✓ bash \`git push\`
      [Stop]
      ── 7/0/text/1
      I push it now.
      ── 7/0/request/1
      ⚠ Wants to run a command

      \`\`\`
      git push origin fix-date
      \`\`\`

      in api · for Ann
      Only a button decides this.
      [Allow once] [Reject] [Reject with reason]"
    `);
    const decided = asked({
      position: 3,
      state: 'settled',
      decision: { reply: 'once' },
      decidedBy: 'Ben',
      decidedAt: start + 124 * 60_000,
    });
    const done = answered(turnOf([...parts, text('y', 'Pushed.')]), {
      requests: [decided],
      changes: { files: 2, added: 12, removed: 3, patch: '' },
    });
    expect(shown(done)).toMatchInlineSnapshot(`
      "── 7/0/activity/1
      Worked · 1 min 12 s
      ✓ read \`a.ts\`
      ✓ bash \`git push\`
      ── 7/0/text/1
      I push it now.
      ── 7/0/request/1
      Wants to run a command

      \`\`\`
      git push origin fix-date
      \`\`\`

      in api · for Ann
      ✓ Allowed once by Ben · 12:04
      ── 7/1/text/1
      Pushed.
      2 files changed, +12 −3
      claude-sonnet · build · 1 min 12 s · 14k tokens · $0.06
      [Diff]"
    `);
  });

  test('what came after the answer stands below the card, also where more was counted before it', () => {
    const request = { ...push, callId: 'call-t2' };
    const requests = [asked({ request, position: 5, state: 'settled', decision: { reply: 'once' } })];
    const keys = (turn: typeof emptyTurn) =>
      render(answered(turn, { requests }), roomy).plan.slots.map(({ key }) => key);
    const all = ['7/0/activity/1', '7/0/text/1', '7/0/request/1', '7/1/text/1'];
    expect(keys(turnOf([...parts, text('y', 'Pushed.')]))).toEqual(all);
    const child = turnOf([
      ...parts.slice(0, 2),
      tool('t2', 'task', 'push', { child: serverSessionId('sub') }),
      text('y', 'Pushed.'),
    ]);
    const from = [asked({ ...requests[0], request: { ...push, from: serverSessionId('sub') } })];
    expect(render(answered(child, { requests: from }), roomy).plan.slots.map(({ key }) => key)).toEqual(all);
  });

  test('cards of an earlier attempt keep their places', () => {
    const requests = [
      asked({ id: requestId(1), state: 'lost' }),
      asked({ id: requestId(2), attempt: 1, position: 1 }),
    ];
    const view = viewOf(turnOf([tool('t1', 'read', 'a.ts')]), { requests, attempt: 1, baseSegment: 1 });
    expect(render(view, roomy).plan.slots.map(({ key }) => key)).toEqual([
      '7/0/request/1',
      '7/1/activity/1',
      '7/1/request/1',
    ]);
  });

  test('tools after an overflow are told below it', () => {
    const long = 'word '.repeat(60).trim();
    const turn = turnOf([tool('t1', 'read', 'a.ts'), text('x', long), tool('t2', 'read', 'b.ts')]);
    const keys = render(viewOf(turn), { ...roomy, maxLength: 200 }).plan.slots.map(({ key }) => key);
    expect(keys).toEqual(['7/0/activity/1', '7/0/text/1', '7/0/text/2', '7/0/activity/2']);
  });
});

describe('a turn that waits', () => {
  test('says where it stands', () => {
    const queued = { type: 'queued', ahead: 2, question: false } as const;
    const plans = [
      viewOf(emptyTurn, { standing: queued }),
      viewOf(emptyTurn, { standing: { ...queued, ahead: 1 } }),
      viewOf(emptyTurn, { standing: { ...queued, question: true } }),
      viewOf(emptyTurn, { standing: queued, awaySince: start + 42 * 60_000 }),
      viewOf(emptyTurn, { standing: { type: 'joined' } }),
      viewOf(emptyTurn, { standing: { type: 'withdrawn' } }),
    ];
    expect(plans.map(shown).join('\n')).toMatchInlineSnapshot(`
      "── 7/0/notice/1
      Queued behind 2 messages. Edit or delete it to change or withdraw it.
      [Send now]
      ── 7/0/notice/1
      Queued behind 1 message. Edit or delete it to change or withdraw it.
      [Send now]
      ── 7/0/notice/1
      Queued: waiting for your answer above. Edit or delete it to change or withdraw it.
      [Send now]
      ── 7/0/notice/1
      The agent server has not answered since 10:42. Your message is kept and runs when it is back. Delete it to withdraw it.
      [Send now]
      ── 7/0/notice/1
      Sent into the running turn; one answer will cover both messages.
      "
    `);
  });
});

describe('the end of a turn', () => {
  test('is quiet and says what it took', () => {
    const view = answered(turnOf([...work.slice(0, 2), text('x', 'Fixed.')]));
    expect(shown(view)).toMatchInlineSnapshot(`
      "── 7/0/activity/1
      Worked · 1 min 12 s
      ✓ read \`src/date.ts\`
      ✗ bash \`npm test -- date\` · failed · 4.1 s
      ── 7/0/text/1
      Fixed.
      claude-sonnet · build · 1 min 12 s · 14k tokens · $0.06"
    `);
  });

  test('pings the author once, and only after a long turn', () => {
    const end = (ms: number) =>
      render(answered(turnOf([text('x', 'Done.')]), { settledAt: start + ms }), roomy).plan.slots[0]?.content;
    expect(end(31_000)).toMatchObject({ silent: false, mention: 'web:ann', live: false });
    expect(end(30_000)).toMatchObject({ silent: true });
    expect(end(30_000)).not.toHaveProperty('mention');
  });

  test('calls the author by a message of its own where an edit reaches nobody', () => {
    const view = answered(turnOf([text('x', 'Fixed.')]), { settledAt: start + 31_000 });
    const { plan } = render(view, { ...roomy, editsNotify: false });
    expect(screen(plan)).toMatchInlineSnapshot(`
      "── 7/0/text/1
      Fixed.
      ── 7/0/notice/2
      claude-sonnet · build · 31 s · 14k tokens · $0.06"
    `);
    expect(plan.slots.map(({ content }) => content.silent)).toEqual([true, false]);
    expect(plan.slots[1]?.content).toMatchObject({ mention: 'web:ann' });
    const brief = answered(turnOf([text('x', 'Fixed.')]), { settledAt: start + 30_000 });
    expect(render(brief, { ...roomy, editsNotify: false }).plan.slots).toHaveLength(1);
    const quote = { by: 'somebody', text: 'fix it' };
    expect(render({ ...view, quote }, { ...roomy, editsNotify: false }).plan.slots).toHaveLength(2);
  });

  test('says that nothing was said', () => {
    expect(shown(answered(turnOf([])))).toMatchInlineSnapshot(`
      "── 7/0/text/1
      The agent ended without an answer.
      claude-sonnet · build · 1 min 12 s · 14k tokens · $0.06"
    `);
  });

  test('says who stopped it', () => {
    const turn = turnOf([text('x', '```ts\nconst half = 1;')]);
    expect(shown(answered(turn, { standing: { type: 'stopped', by: 'Ann' } }))).toMatchInlineSnapshot(`
      "── 7/0/text/1
      \`\`\`ts
      const half = 1;
      \`\`\`

      Stopped by Ann.
      claude-sonnet · build · 1 min 12 s · 14k tokens · $0.06"
    `);
  });

  test('says what failed and what to do', () => {
    const failed = { type: 'failed', lost: false, reference: '8F3K' } as const;
    const end = (failure: Parameters<typeof turnOf>[1], standing = failed as Parameters<typeof viewOf>[1]) =>
      shown(answered(turnOf([], { messages: [], ...failure }), { standing: failed, ...standing }));
    const kinds = ['no-model', 'auth', 'provider', 'overflow', 'filtered', 'aborted', 'unknown'] as const;
    const told = kinds.map((kind) =>
      end({ failure: { kind, message: 'It broke *badly*', provider: 'anthropic', status: 401 } })
        .split('\n')
        .at(-1),
    );
    expect(told.join('\n')).toMatchInlineSnapshot(`
      "No model is set up on the agent server. Run \`opencode auth login\` there, or choose one with \`!model\`.
      The provider refused the key of anthropic (401). An operator can fix it on the agent server; details: ref 8F3K.
      The model provider anthropic failed (401): It broke \\*badly\\*. Send the message again to try once more; details: ref 8F3K.
      The conversation no longer fits the model, even summarised. Ask for less at once, or go on in a new thread.
      The provider's content filter stopped the answer. Say it in other words and send it again.
      The run was stopped on the agent server, not from here.
      The agent server reported an error: It broke \\*badly\\*. Send the message again to try once more; details: ref 8F3K."
    `);
  });

  test('a run that was lost says what was not done, and a bug has a reference', () => {
    const lost = { type: 'failed', lost: true, reference: undefined } as const;
    const bug = { type: 'failed', lost: false, reference: '8F3K' } as const;
    expect(shown(answered(turnOf(work), { standing: lost }))).toMatchInlineSnapshot(`
      "── 7/0/activity/1
      Worked · 1 min 12 s
      ✓ read \`src/date.ts\`
      ✗ bash \`npm test -- date\` · failed · 4.1 s
      ✗ edit \`src/date.ts\` · not finished
      ── 7/0/text/1
      The run ended with the server's restart and could not be resumed. Nothing after "edit src/date.ts" was done.
      claude-sonnet · build · 1 min 12 s · 14k tokens · $0.06
      [Run again]"
    `);
    expect(shown(answered(turnOf([]), { standing: bug }))).toMatchInlineSnapshot(`
      "── 7/0/text/1
      Something went wrong on our side; the agent is not affected. Reference 8F3K.
      claude-sonnet · build · 1 min 12 s · 14k tokens · $0.06"
    `);
  });

  test('an answer that the model could not finish says so', () => {
    const turn = turnOf([text('x', 'And so')], { messages: [message('m1', { finish: 'length' })] });
    expect(shown(answered(turn))).toMatchInlineSnapshot(`
      "── 7/0/text/1
      And so

      The answer stops here because the model reached its longest output. Write "go on" to have it continued.
      claude-sonnet · build · 1 min 12 s · 14k tokens · $0.06"
    `);
  });
});

describe('what is not known', () => {
  const kept = (view: Parameters<typeof render>[0]) => render(view, roomy).plan.keeps;

  test('is left as it is shown', () => {
    expect(kept(viewOf(emptyTurn))).toEqual([{ segment: 0, kinds: ['text', 'activity', 'todo'] }]);
    const gap = { type: 'text', id: 'x', text: '', done: false, gap: true } as const;
    expect(kept(viewOf(turnOf([text('w', 'Known.'), gap])))).toEqual([{ segment: 0, kinds: ['text'] }]);
    const takenBack = turnOf([text('x', '')]);
    expect(kept(viewOf(takenBack))).toEqual([{ segment: 0, kinds: ['text'] }]);
    expect(kept(answered(takenBack))).toEqual([]);
  });

  test('does not hide how the turn ended', () => {
    const gap = { type: 'text', id: 'x', text: 'Half', done: false, gap: true } as const;
    const { plan } = render(answered(turnOf([gap]), { standing: { type: 'stopped', by: 'Ann' } }), roomy);
    expect(screen(plan)).toMatchInlineSnapshot(`
      "── 7/0/notice/1
      Stopped by Ann.
      claude-sonnet · build · 1 min 12 s · 14k tokens · $0.06"
    `);
  });
});
