/** What `doctor` found, and what an adapter adds to it. */

/** One thing that was looked at. */
export type Finding = Looked & (Well | Ill);

interface Looked {
  /** What was looked at, in a few words: `bot token`. */
  readonly subject: string;
  /** What is so, without any secret. */
  readonly sentence: string;
}

interface Well {
  /** `skip`: could not be looked at now, and why. */
  readonly state: 'ok' | 'skip';
  readonly fix?: string;
}

/** Whatever is told to be wrong is told with what to do about it, to people and to programs alike. */
interface Ill {
  /** `warn`: works, with a loss that the sentence names. */
  readonly state: 'warn' | 'fail';
  /** What exactly to do. */
  readonly fix: string;
}

export interface DiagnosisContext {
  /** A process of ours works with this configuration now: nothing may be asked that takes its messages away. */
  readonly running: boolean;
  /** Ids of channels that the configuration names for this platform, as people find them there. */
  readonly channels: readonly string[];
  /** How people reach the process's HTTP server, without a slash at the end; unset: it is not known. */
  readonly publicUrl?: string;
}

export interface Diagnosis {
  readonly findings: readonly Finding[];
  /** An address of the platform, by whose clock ours is compared; unset: it has none. */
  readonly site?: string;
}
