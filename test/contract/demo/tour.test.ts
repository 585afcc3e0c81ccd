import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Demo, prepareDemo } from '../../../src/demo/demo.ts';
import { demoPlaces } from '../../../src/demo/environment.ts';
import { tour } from '../../../src/demo/tour.ts';
import {
  type Answers,
  type Conversant,
  converse,
  type OpenCode,
  openSession,
  promptId,
  shown,
  startOpenCode,
  until,
} from './opencode.ts';

let base: string;
let demo: Demo;
let server: OpenCode;
let project: string;

beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'dragoman-tour-')));
  demo = await prepareDemo({
    directory: base,
    environment: process.env,
    model: { pace: 1, retryAfterMs: 300 },
  });
  project = demoPlaces(base).project;
  server = await start();
});

afterAll(async () => {
  await server?.kill();
  await demo?.close();
  await rm(base, { recursive: true, force: true });
});

function start(): Promise<OpenCode> {
  return startOpenCode(project, { ...demo.env, OPENCODE_PERMISSION: '{"bash":"ask","edit":"ask"}' });
}

const allow: Answers = { permission: () => ({ reply: 'once' }) };
const refuse = (message?: string): Answers => ({
  permission: () => ({ reply: 'reject', ...(message !== undefined && { message }) }),
});

/** Says the text of a chip in a session of its own, and shows what came of it. */
async function take(word: string, answers: Answers = {}): Promise<string> {
  const found = tour.find(({ label }) => label === word);
  return ask(found?.text ?? word, answers);
}

async function ask(text: string, answers: Answers = {}, session?: Conversant): Promise<string> {
  const conversant = session ?? (await openSession(server, project));
  return shown(await conversant.ask(text, answers), project);
}

describe('the tour on a real server', () => {
  test('stream comes in pieces', async () => {
    const session = await openSession(server, project);
    await session.ask('stream');
    const pieces = server.events.filter(
      ({ type, properties }) => type === 'message.part.delta' && properties.sessionID === session.session,
    );
    expect(pieces.length).toBeGreaterThan(100);
  });

  test('shell, refused with a reason', async () => {
    expect(await take('shell', refuse('count the words instead'))).toMatchInlineSnapshot(`
      "I'll count the lines of the project's files.
      [bash error] wc -l src/*.ts test/*.ts
      You refused, so I did not do it. Your reason was: count the words instead"
    `);
  });

  test('shell, refused without a reason, ends the run', async () => {
    expect(await take('shell', refuse())).toMatchInlineSnapshot(`
      "I'll count the lines of the project's files.
      [bash error] wc -l src/*.ts test/*.ts"
    `);
  });

  test('edit, again and again in one session', async () => {
    const session = await openSession(server, project);
    const file = () => readFile(join(project, 'src/date.ts'), 'utf8');
    expect(await ask('edit', allow, session)).toMatchInlineSnapshot(`
      "I'll look at \`src/date.ts\` first.
      [read completed] src/date.ts
      There it is: \`formatDay\` uses the clock of the machine. I make it use UTC.
      [edit completed] /project/src/date.ts
      Done: \`formatDay\` gives the same day on every machine now, and the code is shorter. Say *edit* again to see the next change."
    `);
    expect(await file()).toContain('return date.toISOString().slice(0, 10);');
    expect(await ask('edit', refuse('leave it'), session)).toMatchInlineSnapshot(`
      "I'll look at \`src/date.ts\` first.
      [read completed] src/date.ts
      The bug is fixed here already. I let the caller choose a time zone, with UTC as the default.
      [edit error] /project/src/date.ts
      You refused, so I did not do it. Your reason was: leave it"
    `);
    expect(await file()).toContain('return date.toISOString().slice(0, 10);');
    expect(await ask('edit', allow, session)).toMatchInlineSnapshot(`
      "I'll look at \`src/date.ts\` first.
      [read completed] src/date.ts
      The bug is fixed here already. I let the caller choose a time zone, with UTC as the default.
      [edit completed] /project/src/date.ts
      Done: \`formatDay\` takes a time zone now; calls without one do what they did. Say *edit* again to see the next change."
    `);
    expect(await file()).toContain("timeZone = 'UTC'");
    await ask('edit', allow, session);
    expect(await file()).toContain('return date.toISOString().slice(0, 10);');
  });

  test('subagent: the child asks', async () => {
    const asking: unknown[] = [];
    const permission = ({ sessionID }: Record<string, unknown>) => {
      asking.push(sessionID);
      return { reply: 'once' } as const;
    };
    const session = await openSession(server, project);
    expect(await ask('subagent', { permission }, session)).toMatchInlineSnapshot(`
      "I'll let a sub-agent look around.
      [task completed] Survey the sources
      The sub-agent is back. Its report:

      The sources are:

      \`\`\`text
      date.ts
      invoice.ts
      \`\`\`"
    `);
    expect(asking).toHaveLength(1);
    expect(asking).not.toContain(session.session);
  });

  test('subagent: the child is refused with a reason', async () => {
    expect(await take('subagent', refuse('not in the sources'))).toMatchInlineSnapshot(`
      "I'll let a sub-agent look around.
      [task completed] Survey the sources
      The sub-agent is back. Its report:

      You refused, so I did not do it. Your reason was: not in the sources"
    `);
  });

  test('subagent: the child is refused without a reason', async () => {
    expect(await take('subagent', refuse())).toMatchInlineSnapshot(`
      "I'll let a sub-agent look around.
      [task error] Survey the sources
      You refused, so I did not do it."
    `);
  });

  test('anything else names the words', async () => {
    expect(await ask('hello')).toMatchInlineSnapshot(`
      "I am a scripted model: I follow plain words. Say one of these, anywhere in a message:

      - **stream**: show me how Markdown looks
      - **shell**: run a command, and ask me first
      - **edit**: fix the bug in src/date.ts
      - **question**: ask me what you need to know
      - **todo**: make a plan and work through it
      - **subagent**: let somebody else look around
      - **error**: show me what happens when the provider fails
      - **long**: tell me all about dates"
    `);
  });
});

describe('words for tests on a real server', () => {
  test('fail is final at once', async () => {
    const before = demo.model.requests();
    expect(await ask('fail')).toMatchInlineSnapshot(`"! APIError: Incorrect API key provided"`);
    expect(demo.model.requests() - before).toBe(1);
  });

  test('parallel asks twice at the same time', async () => {
    expect(await ask('parallel', allow)).toMatchInlineSnapshot(`
      "I'll look at two things at once.
      [bash completed] ls src
      [bash completed] pwd
      It printed:

      \`\`\`text
      date.ts
      invoice.ts
      \`\`\`

      It printed:

      \`\`\`text
      /project
      \`\`\`"
    `);
  });

  test('echo is one run', async () => {
    const text = `echo ${randomUUID()}`;
    expect(`echo ${await ask(text)}`).toBe(text);
    expect(demo.model.runs(text)).toBe(1);
  });

  test('ten sessions at once get what is theirs', async () => {
    const texts = Array.from({ length: 10 }, (_, n) => `echo number ${n}`);
    const answers = await Promise.all(texts.map((text) => ask(text)));
    expect(answers).toEqual(texts.map((text) => text.slice('echo '.length)));
  });
});

test('a crash of the server with an open request: the same prompt again asks again and is answered', async () => {
  const { session, send } = await openSession(server, project);
  const id = promptId();
  await send('shell', id);
  await until('the request', () =>
    server.events.find(
      ({ type, properties }) => type === 'permission.asked' && properties.sessionID === session,
    ),
  );
  await server.kill();
  server = await start();
  const again = converse(server, project, session);
  await again.send('shell', id);
  const answer = shown(await again.settled(id, allow), project);
  // How long the files are depends on the edits before.
  expect(answer.replaceAll(/^\d+ /gm, 'n ')).toMatchInlineSnapshot(`
    "I'll count the lines of the project's files.
    [bash running] wc -l src/*.ts test/*.ts
    I'll count the lines of the project's files.
    [bash completed] wc -l src/*.ts test/*.ts
    The command ran. It printed:

    \`\`\`text
    n src/date.ts
    n src/invoice.ts
    n test/date.test.ts
    n total
    \`\`\`

    That is the whole project."
  `);
});
