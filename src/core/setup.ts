/** How a person sets a platform up, with the wizard beside them. */

/** Variables and notes that are known so far: of the environment, pasted, or found by earlier steps. */
export type Known = Readonly<Record<string, string | undefined>>;

/** Somebody of the platform, by their stable id: `<platform>:<id>`. */
export interface Found {
  readonly id: string;
  readonly name: string;
}

export type Proof =
  | {
      readonly type: 'proven';
      /** What is known now, in one sentence. */
      readonly sentence: string;
      /** What later steps need and no file keeps. */
      readonly notes?: Known;
      /** Who probably sits at the keyboard; they are asked whether it is so. */
      readonly operator?: Found;
      /** What works less well than it could, and how to mend it. */
      readonly advice?: string;
    }
  /** What is wrong and how to mend it; the step is tried again. */
  | { readonly type: 'refused'; readonly sentence: string };

/** One thing that a person does outside the wizard. Nothing in it throws for what the platform says or does not say. */
export interface SetupStep {
  /** The exact clicks, one a line. */
  instructions(known: Known): readonly string[];
  /** What is copied out of it and pasted here. Unset: we see by ourselves when it is done. */
  readonly paste?: { readonly variable: string; readonly label: string };
  /** What the wizard waits for where nothing is pasted, as a sentence with an ending "…". */
  readonly awaits?: string;
  /** It takes messages off the platform: a gateway that runs meanwhile would miss them, or take them first. */
  readonly listens?: boolean;
  /** It need not be done: the wizard may go on without it. */
  readonly optional?: boolean;
  /**
   * Tests by a real call what was pasted, or waits until it is done. `pasted` is already among the known. Rejects
   * with the signal's reason when aborted.
   */
  prove(known: Known, signal: AbortSignal): Promise<Proof>;
}

/** At most four steps. */
export interface SetupGuide {
  /** What people call the platform. */
  readonly name: string;
  /** What one gets, in a few words. */
  readonly hint: string;
  readonly steps: readonly SetupStep[];
  /** Says hello to this person where that is possible; what was done, or why not, in one sentence. */
  greet?(known: Known, operator: Found): Promise<string>;
  /** What a person does next, there. */
  readonly afterwards: string;
}
