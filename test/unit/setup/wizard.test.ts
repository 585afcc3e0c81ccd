import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { adapters } from '../../../adapters/index.ts';
import type { AdapterDefinition } from '../../../src/core/definition.ts';
import type { SetupGuide } from '../../../src/core/setup.ts';
import type { Dialogue } from '../../../src/setup/dialogue.ts';
import { runWizard } from '../../../src/setup/wizard.ts';

const place = { directory: '', project: '' };
beforeEach(() => {
  place.directory = realpathSync(mkdtempSync(join(tmpdir(), 'dragoman-wizard-')));
  place.project = join(place.directory, 'project');
  mkdirSync(place.project);
});
afterEach(() => rmSync(place.directory, { recursive: true }));

/** A person who has an answer to each question, in order. */
function person(answers: readonly (string | boolean)[]): {
  readonly dialogue: Dialogue;
  readonly seen: string[];
} {
  const seen: string[] = [];
  const left = [...answers];
  const next = (question: string): string | boolean => {
    seen.push(`? ${question}`);
    const answer = left.shift();
    if (answer === undefined) throw new Error(`no answer is left for: ${question}`);
    return answer;
  };
  const say = (sentence: string) => void seen.push(sentence.replaceAll(place.directory, '/work'));
  const dialogue: Dialogue = {
    show: (lines) => lines.filter(Boolean).forEach(say),
    good: say,
    warn: say,
    bad: say,
    choose: async (question) => String(next(question)),
    confirm: async (question) => next(question) === true,
    async ask({ text, initial, check }) {
      for (;;) {
        const typed = String(next(text));
        const answer = typed === '' ? (initial ?? '') : typed;
        const problem = check(answer);
        if (problem === undefined) return answer;
        say(problem);
      }
    },
    wait: (sentence, work) => {
      say(sentence);
      return work(new AbortController().signal);
    },
  };
  return { dialogue, seen };
}

function platform(setup: SetupGuide): AdapterDefinition {
  return {
    id: 'made-up',
    variables: ['MADE_UP_TOKEN'],
    admins: [],
    parse: () => undefined,
    create: () => expect.unreachable(),
    setup: async () => setup,
  };
}

const guide: SetupGuide = {
  name: 'Made Up',
  hint: 'for tests',
  steps: [
    {
      instructions: () => ['Get a token.'],
      paste: { variable: 'MADE_UP_TOKEN', label: 'Token' },
      prove: async ({ MADE_UP_TOKEN: token }) =>
        token === 'right'
          ? { type: 'proven', sentence: 'It works.', notes: { bot: 'b' } }
          : { type: 'refused', sentence: 'It does not work. Copy all of it.' },
    },
    {
      instructions: ({ bot }) => [`Write to ${bot}.`],
      awaits: 'Waiting…',
      listens: true,
      optional: true,
      prove: async () => ({ type: 'refused', sentence: 'Nothing came.' }),
    },
  ],
  afterwards: 'Done.',
};

async function run(
  answers: readonly (string | boolean)[],
  environment: Readonly<Record<string, string>> = {},
  running = false,
) {
  const { dialogue, seen } = person(answers);
  await runWizard({
    dialogue,
    adapters: [platform(guide)],
    environment,
    directory: place.directory,
    running,
  });
  return { seen, env: () => readFileSync(join(place.directory, '.env'), 'utf8') };
}

test('a token is asked for until it works, a step can be left out, and an id can be typed', async () => {
  const { seen, env } = await run(['made-up', 'wrong', 'right', 'again', 'skip', '42', 'nowhere', 'project']);
  expect(seen).toMatchInlineSnapshot(`
    [
      "? Where do you want to talk to the agent?",
      "Step 1 of 2",
      "  Get a token.",
      "? Token (pasted, not shown):",
      "Testing it…",
      "It does not work. Copy all of it.",
      "? Token (pasted, not shown):",
      "Testing it…",
      "It works.",
      "Step 2 of 2",
      "  Write to b.",
      "Waiting…",
      "Nothing came.",
      "? And now?",
      "Waiting…",
      "Nothing came.",
      "? And now?",
      "? Your own id on Made Up, to be its admin (empty: later, by writing to the bot and "dragoman pair"):",
      "? Which directory should the agent work in?",
      "There is no /work/nowhere. Make it first, or give another one.",
      "? Which directory should the agent work in?",
      "Written to /work/.env, which only you can read: MADE_UP_TOKEN, DRAGOMAN_ADMINS, DRAGOMAN_DIRECTORY.",
    ]
  `);
  expect(env()).toBe(
    `# Written by \`dragoman setup\`.\nMADE_UP_TOKEN=right\nDRAGOMAN_ADMINS=made-up:42\nDRAGOMAN_DIRECTORY=${place.project}\n`,
  );
});

test('while a gateway runs, its messages are left to it', async () => {
  const { seen } = await run(['made-up', 'right', '', 'project'], {}, true);
  expect(seen).toContain('Dragoman runs and takes the messages itself, so this step is left out.');
});

test('data that would lie in the project go to the home directory', async () => {
  const { env } = await run(['made-up', 'right', 'skip', '', '.']);
  expect(env()).toContain(
    `DRAGOMAN_DIRECTORY=${place.directory}\nDRAGOMAN_DATA=${join(homedir(), '.dragoman')}\n`,
  );
});

test('projects of the file are not asked for, and what the shell sets is told', async () => {
  writeFileSync(join(place.directory, 'dragoman.json'), '{"projects":{"api":{"directory":"/srv/api"}}}');
  writeFileSync(join(place.directory, '.env'), 'MADE_UP_TOKEN=old\n');
  const { seen, env } = await run(['made-up', 'right', 'skip', ''], { MADE_UP_TOKEN: 'of the shell' });
  expect(env()).toBe('MADE_UP_TOKEN=right\n');
  expect(seen.at(-1)).toBe(
    'The environment of this shell sets MADE_UP_TOKEN too, and goes before .env. Run: unset MADE_UP_TOKEN',
  );
});

test('a secret that lies in a file of its own stays there', async () => {
  await expect(run(['made-up'], { MADE_UP_TOKEN_FILE: '/run/secrets/x' })).rejects.toThrow(
    'MADE_UP_TOKEN_FILE is set, so this secret lies in a file of its own.',
  );
});

test('no platform asks for more than four things', async () => {
  const known = { application: '1', bot: 'b' };
  const guides = (await Promise.all(adapters.map(({ setup }) => setup?.()))).flatMap((guide) => guide ?? []);
  expect(guides.map(({ name }) => name)).toHaveLength(adapters.length);
  for (const { name, steps } of guides) {
    expect(steps.length, name).toBeLessThanOrEqual(4);
    for (const step of steps) expect(step.instructions(known).length, name).toBeGreaterThan(0);
  }
});
