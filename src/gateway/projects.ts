import { UserError } from '../core/errors.ts';
import type { Project, Settings } from './shard.ts';

/** Throws UserError where the operator took it out of the configuration. */
export function projectOf(
  { projects }: Pick<Settings, 'projects'>,
  name: string,
): Project & { readonly name: string } {
  const project = projects[name];
  if (project !== undefined) return { ...project, name };
  throw new UserError(
    `The project "${name}" of this thread is no longer set up. An operator can add it to the configuration again.`,
  );
}
