import type { ProjectName } from '../core/ids.ts';
import { nearest } from '../lib/spelling.ts';
import type { ConfigFile } from './file.ts';
import type { Problems } from './problems.ts';

/** Which project a channel works on, and what its new threads listen to, by `<platform>:<channel>`. */
export type ChannelConfigs = Readonly<
  Record<string, { readonly project: ProjectName; readonly listen?: 'all' | 'mentions' }>
>;

/** Projects must exist; a platform that does not run may come later, so it is only returned as a warning. */
export function resolveChannels(
  file: ConfigFile,
  projects: readonly string[],
  platforms: readonly string[],
  problems: Problems,
): { readonly channels: ChannelConfigs; readonly warnings: readonly string[] } {
  for (const [channel, { project }] of Object.entries(file.channels)) {
    if (projects.includes(project) || file.broken.has('projects', project)) continue;
    const meant = nearest(project, projects) ?? projects[0] ?? 'default';
    problems.add(
      `channels."${channel}".project is "${project}"`,
      `there are the projects ${projects.join(', ')}`,
      `"${channel}": { "project": "${meant}" }`,
    );
  }
  const warnings = Object.keys(file.channels)
    .filter((channel) => !platforms.includes(platformOf(channel)))
    .map(
      (channel) =>
        `channels."${channel}" has no effect: the platform "${platformOf(channel)}" is not set up.`,
    );
  return { channels: file.channels, warnings };
}

export function platformOf(id: string): string {
  return id.slice(0, id.indexOf(':'));
}
