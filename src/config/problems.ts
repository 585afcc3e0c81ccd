import { ConfigError } from '../core/errors.ts';

/** Collects what is wrong, so that a person fixes a configuration once and not line by line. */
export interface Problems {
  /** What is wrong, why it is wrong, and something that is right. */
  add(what: string, why: string, example: string): void;
  /** Runs a part that refuses by a ConfigError; undefined where it did, and its sentence is kept. */
  attempt<T>(part: () => T): T | undefined;
  /** Throws one ConfigError with all of it, if there is any. */
  throwIfAny(): void;
}

export function createProblems(): Problems {
  const sentences: string[] = [];
  return {
    add: (what, why, example) => sentences.push(`${what}: ${why}. Example: ${example}`),
    attempt: (part) => {
      try {
        return part();
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        sentences.push(error.message);
        return undefined;
      }
    },
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
