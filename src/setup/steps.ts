/** Leads through a platform's steps one by one, tries each answer, and says what was found. */
import { UserError } from '../core/errors.ts';
import type { Found, Known, Proof, SetupGuide, SetupStep } from '../core/setup.ts';
import type { Dialogue } from './dialogue.ts';
import type { Values } from './env-file.ts';

/** What the steps of a platform have brought. */
export interface Progress {
  readonly known: Known;
  /** What was pasted and works. */
  readonly pasted: Values;
  /** Who sits at the keyboard; undefined: not known. */
  readonly operator: Found | undefined;
}

interface Around {
  readonly dialogue: Dialogue;
  /** A gateway works on these data now. */
  readonly running: boolean;
}

type Proven = Extract<Proof, { readonly type: 'proven' }>;

/** Leads through all steps of one platform. */
export async function followGuide(around: Around, guide: SetupGuide, known: Known): Promise<Progress> {
  let progress: Progress = { known, pasted: {}, operator: undefined };
  for (const [index, step] of guide.steps.entries())
    progress = await follow(around, step, progress, `Step ${index + 1} of ${guide.steps.length}`);
  return progress;
}

async function follow(around: Around, step: SetupStep, progress: Progress, place: string): Promise<Progress> {
  const { paste } = step;
  if (paste === undefined) return waitFor(around, step, progress, place);
  const { variable } = paste;
  if (progress.known[`${variable}_FILE`])
    throw new UserError(
      `${variable}_FILE is set, so this secret lies in a file of its own. Put the new one there, or unset ${variable}_FILE and run setup again.`,
    );
  if (progress.known[variable]) {
    const kept = await keep(around, step, progress, paste.label);
    if (kept !== undefined) return kept;
  }
  around.dialogue.show(['', place, ...numbered(step.instructions(progress.known)), '']);
  for (;;) {
    const value = await around.dialogue.ask({
      text: `${paste.label} (pasted, not shown):`,
      secret: true,
      check: (answer) => (answer === '' ? 'Paste it here, or press Ctrl-C to leave.' : undefined),
    });
    const tried = { ...progress, known: { ...progress.known, [variable]: value } };
    const proof = await around.dialogue.wait('Testing it…', (signal) => step.prove(tried.known, signal));
    if (proof.type === 'refused') around.dialogue.bad(proof.sentence);
    else return taken(around, proof, { ...tried, pasted: { ...tried.pasted, [variable]: value } });
  }
}

/** What is there already is asked for again only where it does not work or the person wants another one. */
async function keep(
  around: Around,
  step: SetupStep,
  progress: Progress,
  label: string,
): Promise<Progress | undefined> {
  const { dialogue } = around;
  const proof = await dialogue.wait(`Testing the ${label.toLowerCase()} that is there…`, (signal) =>
    step.prove(progress.known, signal),
  );
  if (proof.type === 'refused') {
    dialogue.bad(proof.sentence);
    return undefined;
  }
  dialogue.good(proof.sentence);
  if (!(await dialogue.confirm('Keep it?'))) return undefined;
  return taken({ ...around, dialogue: { ...dialogue, good: () => {} } }, proof, progress);
}

async function waitFor(
  around: Around,
  step: SetupStep,
  progress: Progress,
  place: string,
): Promise<Progress> {
  const { dialogue, running } = around;
  if (step.listens === true && progress.operator === undefined && running) {
    dialogue.warn('Dragoman runs and takes the messages itself, so this step is left out.');
    return progress;
  }
  dialogue.show(['', place, ...numbered(step.instructions(progress.known)), '']);
  for (;;) {
    const proof = await dialogue.wait(step.awaits ?? 'Waiting until it is done…', (signal) =>
      step.prove(progress.known, signal),
    );
    if (proof.type === 'proven') return taken(around, proof, progress);
    dialogue.bad(proof.sentence);
    const again = { value: 'again', label: 'Look again' };
    const skip = { value: 'skip', label: 'Go on without it' };
    const choice = await dialogue.choose('And now?', step.optional === true ? [again, skip] : [again]);
    if (choice === 'skip') return progress;
  }
}

async function taken({ dialogue }: Around, proof: Proven, progress: Progress): Promise<Progress> {
  dialogue.good(proof.sentence);
  if (proof.advice !== undefined) dialogue.warn(proof.advice);
  const known = { ...progress.known, ...proof.notes };
  const { operator } = proof;
  if (operator === undefined) return { ...progress, known };
  const isThem = await dialogue.confirm(`Is that you, ${operator.name}? Then you become the admin.`);
  return { ...progress, known, ...(isThem ? { operator } : {}) };
}

/** Addresses stand alone in their line and without a number, so that they can be copied whole. */
function numbered(lines: readonly string[]): readonly string[] {
  const isAddress = (line: string) => /^https?:\S+$/.test(line);
  const single = lines.filter((line) => !isAddress(line)).length < 2;
  let count = 0;
  return lines.map((line) => {
    if (isAddress(line)) return `\n${line}\n`;
    if (single) return `  ${line}`;
    count += 1;
    return `  ${count}. ${line}`;
  });
}
