import { ConfigError } from '../core/errors.ts';

/** Collects what is wrong, so that a person fixes a configuration once and not line by line. */
export interface Problems {
  /** What is wrong, why it is wrong, and something that is right. */
  add(what: string, why: string, example: string): void;
  /** Runs a part that refuses by a ConfigError; undefined where it did, and its sentence is kept. */
  attempt<T>(part: () => T): T | undefined;
  /** The same list, for a part that calls things by other names than the person does. */
  worded(words: (sentence: string) => string): Problems;
  /** Throws one ConfigError with all of it, if there is any. */
  throwIfAny(): void;
}

export function createProblems(): Problems {
  return problemsIn([], (sentence) => sentence);
}

function problemsIn(sentences: string[], words: (sentence: string) => string): Problems {
  return {
    add: (what, why, example) => sentences.push(words(`${what}: ${why}. Example: ${example}`)),
    attempt: (part) => {
      try {
        return part();
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        sentences.push(words(error.message));
        return undefined;
      }
    },
    worded: (next) => problemsIn(sentences, (sentence) => words(next(sentence))),
    throwIfAny: () => {
      const [first, ...others] = sentences;
      if (first === undefined) return;
      const list = sentences.map((sentence) => `\n  - ${sentence}`).join('');
      throw new ConfigError(
        others.length === 0 ? first : `The configuration has ${sentences.length} mistakes:${list}`,
      );
    },
  };
}
