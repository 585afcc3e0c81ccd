/** Questions in a terminal, behind the interface that tests answer. */
import type { Readable, Writable } from 'node:stream';
import { confirm, isCancel, log, password, select, text } from '@clack/prompts';
import { type Dialogue, type DialogueQuestion, LeftError } from './dialogue.ts';

interface Streams {
  readonly input: Readable;
  readonly output: Writable;
  /** Calls back at Ctrl-C while nothing is asked; returns how to stop that. */
  onInterrupt(listener: () => void): () => void;
}

/** Questions in a plain terminal. */
export function createTerminalDialogue(streams: Streams): Dialogue {
  const { input, output } = streams;
  const common = { input, output };
  return {
    show: (lines) => void output.write(lines.map((line) => `${line}\n`).join('')),
    good: (sentence) => log.success(sentence, { output }),
    warn: (sentence) => log.warn(sentence, { output }),
    bad: (sentence) => log.error(sentence, { output }),
    choose: async (message, options, initialValue) =>
      answered(
        await select({
          ...common,
          message,
          options: options.map((option) => ({ ...option })),
          ...(initialValue === undefined ? {} : { initialValue }),
        }),
      ),
    ask: (question) => ask(question, common),
    confirm: async (message) => answered(await confirm({ ...common, message })),
    wait: (sentence, work) => wait(sentence, work, streams),
  };
}

function answered<T>(answer: T): Exclude<T, symbol> {
  if (isCancel(answer)) throw new LeftError('the person left');
  return answer as Exclude<T, symbol>;
}

async function ask(
  { text: message, secret, initial, check }: DialogueQuestion,
  common: Pick<Streams, 'input' | 'output'>,
): Promise<string> {
  const validate = (value: string | undefined) => check((value ?? '').trim());
  const answer =
    secret === true
      ? await password({ ...common, message, validate, clearOnError: true })
      : await text({
          ...common,
          message,
          validate,
          ...(initial === undefined ? {} : { initialValue: initial }),
        });
  // The library gives undefined where nothing was typed.
  return ((answered(answer) as string | undefined) ?? '').trim();
}

async function wait<T>(
  sentence: string,
  work: (signal: AbortSignal) => Promise<T>,
  { output, onInterrupt }: Streams,
): Promise<T> {
  log.step(sentence, { output });
  const left = new AbortController();
  const stop = onInterrupt(() => left.abort());
  try {
    return await work(left.signal);
  } catch (error) {
    if (left.signal.aborted) throw new LeftError('the person left', { cause: error });
    throw error;
  } finally {
    stop();
  }
}
