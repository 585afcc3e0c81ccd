import { ChannelError, isRefused } from './errors.ts';

/**
 * The first form of a content that the platform takes, the richest first. A form that it refuses, in whichever words,
 * gives way to the next, plainer one; every other failure ends it, since no form would fare better. Where none is
 * taken, rejects with what was said of the plainest.
 */
export async function richestTaken<Form, Result>(
  forms: readonly [Form, ...Form[]],
  attempt: (form: Form) => Promise<Result>,
): Promise<Result> {
  const [richest, plainer, ...others] = forms;
  try {
    return await attempt(richest);
  } catch (error) {
    if (plainer === undefined || !(error instanceof ChannelError) || !isRefused(error)) throw error;
    return richestTaken([plainer, ...others], attempt);
  }
}
