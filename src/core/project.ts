import type { ProjectName } from './ids.ts';

/** In place of a project's name: the operator gave the place none. Its thread gets one with the first event after that. */
export const noProject: ProjectName = '';
