/** The state of a prompt, from the queue to its end. Nothing else says which states are running and which are over. */

/**
 * queued → sent (ids stored, call under way or made) → accepted (the server says so) → answered | failed.
 * stopping: a person stopped it; never sent again. stopped, withdrawn: over.
 */
export type PromptState = 'queued' | RunningState | EndState;

/** The agent server has it, or may have it. */
export type RunningState = (typeof runningStates)[number];
export const runningStates = ['sent', 'accepted', 'stopping'] as const;

/** It never changes again. */
export type EndState = (typeof endStates)[number];
export const endStates = ['answered', 'failed', 'stopped', 'withdrawn'] as const;

/** A prompt as far as its state says. */
export interface PromptLife {
  readonly state: PromptState;
}

export function isOver({ state }: PromptLife): boolean {
  return endStates.some((one) => one === state);
}

export function isRunning({ state }: PromptLife): boolean {
  return runningStates.some((one) => one === state);
}
