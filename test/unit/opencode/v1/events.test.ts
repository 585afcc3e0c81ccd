/** What recordings of the real server mean: each inline snapshot is the readable diff of a new version. */
import { describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../../../src/core/agent.ts';
import { createReplay, outline, payloadsOf, replay } from './replay.ts';

const names = [
  'stream',
  'shell',
  'edit',
  'question',
  'todo',
  'subagent',
  'error',
  'long',
  'reject',
  'fail',
  'parallel',
];
const all = [...names, 'reject-with-reason', 'unknown-model', 'abort', 'abort-while-asked'];

describe('what the gateway hears of recorded runs', () => {
  it('a streamed answer', () => {
    expect(outline(replay('stream').events)).toMatchInlineSnapshot(`
      "prompt-seen
      session-started
      answers: stream
      message of build open
      text grows: 
        + 244 deltas, 1365 characters
      text done: A date without a time zone is a guess. **Thi… 1365
      message of build open stop
      message of build final stop
      session-settled"
    `);
  });

  it('a command that is allowed', () => {
    expect(outline(replay('shell').events)).toMatchInlineSnapshot(`
      "prompt-seen
      session-started
      answers: shell
      message of build open
      text grows: 
        + 8 deltas, 44 characters
      bash pending 
      bash running wc -l src/*.ts test/*.ts
      text done: I'll count the lines of the project's files.
      asked bash: wc -l src/*.ts test/*.ts
      closed once
      bash running wc -l src/*.ts test/*.ts
      bash running wc -l src/*.ts test/*.ts >   11 src/date.ts⏎  13 src/invoice.ts⏎   8 te… 71
      bash completed wc -l src/*.ts test/*.ts >   11 src/date.ts⏎  13 src/invoice.ts⏎   8 te… 71
      message of build open tool-calls
      message of build final tool-calls
      message of build open
      text grows: 
        + 20 deltas, 140 characters
      text done: The command ran. It printed:⏎⏎\`\`\`text⏎  11 s… 140
      message of build open stop
      message of build final stop
      session-settled"
    `);
  });

  it('an edit that is allowed', () => {
    expect(outline(replay('edit').events)).toMatchInlineSnapshot(`
      "prompt-seen
      session-started
      answers: edit
      message of build open
      text grows: 
        + 5 deltas, 33 characters
      read pending 
      read running src/date.ts
      text done: I'll look at \`src/date.ts\` first.
      read completed src/date.ts > <path>/workspace/project/src/date.ts</path>⏎… 588
      message of build open tool-calls
      message of build final tool-calls
      message of build open
      text grows: 
        + 15 deltas, 74 characters
      edit pending 
      edit running src/date.ts
      text done: There it is: \`formatDay\` uses the clock of t… 74
      asked edit: src/date.ts with a diff of 14 lines
      closed once
      edit running src/date.ts with a diff
      edit completed src/date.ts > Edit applied successfully. with a diff
      message of build open tool-calls
      message of build final tool-calls
      message of build open
      text grows: 
        + 23 deltas, 124 characters
      text done: Done: \`formatDay\` gives the same day on ever… 124
      message of build open stop
      message of build final stop
      session-settled"
    `);
  });

  it('a question', () => {
    expect(outline(replay('question').events)).toMatchInlineSnapshot(`
      "prompt-seen
      session-started
      answers: question
      message of build open
      text grows: 
        + 5 deltas, 25 characters
      question pending 
      asked Format, Places
      question running 
      text done: Two things I cannot know:
      closed answers
      question completed Asked 2 questions > User has answered your questions: "How shoul… 185
      message of build open tool-calls
      message of build final tool-calls
      message of build open
      text grows: 
        + 22 deltas, 125 characters
      text done: Thank you. I understood:⏎⏎- How should a dat… 125
      message of build open stop
      message of build final stop
      session-settled"
    `);
  });

  it('a to-do list', () => {
    expect(outline(replay('todo').events)).toMatchInlineSnapshot(`
      "prompt-seen
      session-started
      answers: todo
      message of build open
      text grows: 
        + 5 deltas, 23 characters
      todowrite pending 
      todowrite running  [pending pending pending]
      todowrite completed 3 todos > [⏎  {⏎    "content": "Find the callers of fo… 314 [pending pending pending]
      text done: I'll make a plan first.
      message of build open tool-calls
      message of build final tool-calls
      message of build open
      text grows: 
        + 4 deltas, 24 characters
      todowrite pending 
      todowrite running  [in_progress pending pending]
      todowrite completed 3 todos > [⏎  {⏎    "content": "Find the callers of fo… 318 [in_progress pending pending]
      text done: Looking for the callers.
      message of build open tool-calls
      message of build final tool-calls
      message of build open
      text grows: 
        + 7 deltas, 36 characters
      todowrite pending 
      todowrite running  [completed in_progress pending]
      todowrite completed 2 todos > [⏎  {⏎    "content": "Find the callers of fo… 320 [completed in_progress pending]
      text done: There are two callers. Now the test.
      message of build open tool-calls
      message of build final tool-calls
      message of build open
      text grows: 
        + 9 deltas, 42 characters
      todowrite pending 
      todowrite running  [completed completed in_progress]
      todowrite completed 1 todos > [⏎  {⏎    "content": "Find the callers of fo… 322 [completed completed in_progress]
      text done: The test fails, as it should. Now the fix.
      message of build open tool-calls
      message of build final tool-calls
      message of build open
      text grows: 
        + 3 deltas, 16 characters
      todowrite pending 
      todowrite running  [completed completed completed]
      todowrite completed 0 todos > [⏎  {⏎    "content": "Find the callers of fo… 320 [completed completed completed]
      text done: The test passes.
      message of build open tool-calls
      message of build final tool-calls
      message of build open
      text grows: 
        + 12 deltas, 62 characters
      text done: All three are done. This was a rehearsal: no… 62
      message of build open stop
      message of build final stop
      session-settled"
    `);
  });

  it('a sub-agent that asks', () => {
    expect(outline(replay('subagent').events)).toMatchInlineSnapshot(`
      "prompt-seen
      session-started
      answers: subagent
      message of build open
      text grows: 
        + 6 deltas, 33 characters
      task pending 
      task running Survey the sources by a sub-agent
      task running Survey the sources by a sub-agent
      text done: I'll let a sub-agent look around.
      message of general open
      text grows: 
        + 4 deltas, 23 characters
      bash pending 
      asked bash: ls src from a sub-agent
      bash running ls src
      text done: Looking at the sources.
      closed once
      bash running ls src
      bash running ls src > date.ts⏎invoice.ts⏎
      bash completed ls src > date.ts⏎invoice.ts⏎
      message of general open tool-calls
      message of general final tool-calls
      message of general open
      text grows: 
        + 7 deltas, 48 characters
      text done: The sources are:⏎⏎\`\`\`text⏎date.ts⏎invoice.ts⏎\`\`\`
      message of general open stop
      message of general final stop
      task completed Survey the sources > <task id="ses_00000002" state="completed">⏎<… 128 by a sub-agent
      message of build open tool-calls
      message of build final tool-calls
      message of build open
      text grows: 
        + 13 deltas, 84 characters
      text done: The sub-agent is back. Its report:⏎⏎The sour… 84
      message of build open stop
      message of build final stop
      session-settled"
    `);
  });

  it('a provider that recovers', () => {
    expect(outline(replay('error').events)).toMatchInlineSnapshot(`
      "prompt-seen
      session-started
      answers: error
      message of build open
      retrying 1: The model is overloaded
      retrying 2: The model is overloaded
      text grows: 
        + 18 deltas, 97 characters
      text done: The provider failed twice and was asked agai… 97
      message of build open stop
      message of build final stop
      session-settled"
    `);
  });

  it('a provider that refuses the key', () => {
    expect(outline(replay('fail').events)).toMatchInlineSnapshot(`
      "prompt-seen
      session-started
      answers: fail
      message of build open
      message of build final  ! auth: Incorrect API key provided
      session-settled"
    `);
  });

  it('two commands at a time', () => {
    expect(outline(replay('parallel').events)).toMatchInlineSnapshot(`
      "prompt-seen
      session-started
      answers: parallel
      message of build open
      text grows: 
        + 7 deltas, 32 characters
      bash pending 
      asked bash: ls src
      bash running ls src
      bash pending 
      asked bash: pwd
      bash running pwd
      closed once
      bash running ls src
      closed once
      bash running pwd
      text done: I'll look at two things at once.
      bash running ls src > date.ts⏎invoice.ts⏎
      bash completed ls src > date.ts⏎invoice.ts⏎
      bash running pwd > /workspace/project⏎
      bash completed pwd > /workspace/project⏎
      message of build open tool-calls
      message of build final tool-calls
      message of build open
      text grows: 
        + 11 deltas, 88 characters
      text done: It printed:⏎⏎\`\`\`text⏎date.ts⏎invoice.ts⏎\`\`\`⏎… 88
      message of build open stop
      message of build final stop
      session-settled"
    `);
  });

  it('a command that is rejected ends the run', () => {
    expect(outline(replay('reject').events)).toMatchInlineSnapshot(`
      "prompt-seen
      session-started
      answers: shell
      message of build open
      text grows: 
        + 8 deltas, 44 characters
      bash pending 
      asked bash: wc -l src/*.ts test/*.ts
      bash running wc -l src/*.ts test/*.ts
      text done: I'll count the lines of the project's files.
      closed reject
      bash failed wc -l src/*.ts test/*.ts ! The user rejected permission to use this spe… 60
      message of build open tool-calls
      message of build final tool-calls
      session-settled"
    `);
  });

  it('a command that is rejected with a reason does not', () => {
    expect(outline(replay('reject-with-reason').events)).toMatchInlineSnapshot(`
      "prompt-seen
      session-started
      answers: shell
      message of build open
      text grows: 
        + 8 deltas, 44 characters
      bash pending 
      asked bash: wc -l src/*.ts test/*.ts
      bash running wc -l src/*.ts test/*.ts
      closed reject
      bash failed wc -l src/*.ts test/*.ts ! The user rejected permission to use this spe… 113
      text done: I'll count the lines of the project's files.
      message of build open tool-calls
      message of build final tool-calls
      message of build open
      text grows: 
        + 15 deltas, 74 characters
      text done: You refused, so I did not do it. Your reason… 74
      message of build open stop
      message of build final stop
      session-settled"
    `);
  });

  it('a model that the server does not have, told once and without a stack', () => {
    expect(outline(replay('unknown-model').events)).toMatchInlineSnapshot(`
      "prompt-seen
      session-started
      failed no-model: Model not found: demo/nope.
      session-settled"
    `);
  });

  it('a stop in the middle: idle comes first, the end after it', () => {
    const { events, awaited } = replay('abort');
    expect(outline(events)).toMatchInlineSnapshot(`
      "prompt-seen
      session-started
      answers: stream
      message of build open
      text grows: 
        + 20 deltas, 102 characters
      text done: A date without a time zone is a guess. **Thi… 102
      message of build final  ! aborted: Aborted
      session-settled"
    `);
    expect(awaited).toHaveLength(1);
  });

  it('a stop while a sub-agent asks', () => {
    expect(outline(replay('abort-while-asked').events)).toMatchInlineSnapshot(`
      "prompt-seen
      session-started
      answers: subagent
      message of build open
      text grows: 
        + 6 deltas, 33 characters
      task pending 
      task running Survey the sources by a sub-agent
      task running Survey the sources by a sub-agent
      text done: I'll let a sub-agent look around.
      message of general open
      text grows: 
        + 4 deltas, 23 characters
      bash pending 
      asked bash: ls src from a sub-agent
      bash running ls src
      text done: Looking at the sources.
      task failed Survey the sources ! Task cancelled by a sub-agent
      message of build open tool-calls
      message of build final tool-calls
      message of build open
      text grows: 
        + 7 deltas, 41 characters
      text done: The sub-agent came back without a report.
      message of build open stop
      bash failed ls src ! Tool execution aborted
      message of general final  ! aborted: Aborted
      message of build final stop ! aborted: Aborted
      session-settled"
    `);
  });
});

describe('for every recording', () => {
  it.each(all)('%s: a run settles once, after all its messages are final', (name) => {
    const { events } = replay(name);
    const settled = events.flatMap((event, index) => (event.type === 'session-settled' ? [index] : []));
    expect(settled).toHaveLength(1);
    const later = events
      .slice(settled[0])
      .filter(({ type }) => type === 'message-updated' || type === 'part-updated');
    expect(later).toEqual([]);
    const open = new Set<string>();
    for (const event of events) {
      if (event.type !== 'message-updated') continue;
      if (event.message.completedAt === undefined) open.add(event.message.id);
      else open.delete(event.message.id);
    }
    expect([...open]).toEqual([]);
  });

  it.each(all)('%s: the deltas of a part add up to its text', (name) => {
    const grown = new Map<string, string>();
    for (const event of replay(name).events) {
      if (event.type === 'part-appended') grown.set(event.part, (grown.get(event.part) ?? '') + event.text);
      if (event.type !== 'part-updated' || event.part.type === 'tool' || event.part.type === 'compaction')
        continue;
      if (!event.part.done) grown.set(event.part.id, event.part.text);
      else expect(grown.get(event.part.id)?.trimEnd()).toBe(event.part.text.trimEnd());
    }
  });

  it.each(all)('%s: every event of a sub-agent carries the root session', (name) => {
    const root = payloadsOf(name).find(({ payload }) => payload.type === 'session.created')?.payload
      .properties;
    const sessions = replay(name).events.map((event: AgentEvent) =>
      'session' in event ? event.session : '',
    );
    expect([...new Set(sessions)]).toEqual([
      root !== undefined && 'sessionID' in root ? root.sessionID : '?',
    ]);
  });

  it.each(all)('%s: nothing of an untracked session but what is cheap', (name) => {
    const tracked = replay(name);
    const heavy = new Set(['message-updated', 'part-updated', 'part-appended']);
    const untracked = replayUntracked(name);
    expect(untracked.filter(({ type }) => heavy.has(type))).toEqual([]);
    expect(untracked.map(({ type }) => type)).toEqual(
      tracked.events.map(({ type }) => type).filter((type) => !heavy.has(type)),
    );
  });
});

function replayUntracked(name: string): readonly AgentEvent[] {
  const fresh = createReplay();
  for (const { directory, payload } of payloadsOf(name)) fresh.feed.receive(directory, payload);
  return fresh.events;
}
