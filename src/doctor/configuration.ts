/** What the doctor finds in the configuration, before anything is reached. */
import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readableFrom } from '../config/data.ts';
import { type Config, type ConfigSource, loadConfig } from '../config.ts';
import type { Finding } from '../core/diagnosis.ts';
import { ConfigError } from '../core/errors.ts';
import { contains } from '../lib/contains.ts';
import type { Section } from './section.ts';

const about = 'configuration';

/** `config` is undefined where it cannot be read: nothing else can be looked at then. */
export function examineConfiguration(source: ConfigSource): {
  readonly section: Section;
  readonly config: Config | undefined;
} {
  try {
    const config = loadConfig(source);
    const warnings = config.warnings.map(doubtful);
    const findings = [
      readable(config),
      ...unplaced(config),
      ...warnings,
      ...dotEnv(source.directory, config),
      ...ownFile(config),
    ];
    return { section: { about, findings }, config };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const fix =
      'Correct it in .env or dragoman.json, or run setup. The rest is looked at when this is mended.';
    return {
      section: { about, findings: [{ subject: 'settings', state: 'fail', sentence: error.message, fix }] },
      config: undefined,
    };
  }
}

/** A warning of the start says what to do in its last sentence, where there is something certain to do. */
function doubtful(warning: string): Finding {
  const [, sentence = warning, command] = /^(.*) Close it with: (.*)$/s.exec(warning) ?? [];
  const fix = command ?? 'Correct it in .env or dragoman.json, or remove it.';
  return { subject: 'a setting', state: 'warn', sentence, fix };
}

function readable({ platforms, projects, admins }: Config): Finding {
  const names = platforms.map(({ id }) => id).join(', ');
  const count = Object.keys(projects).length;
  return {
    subject: 'settings',
    state: 'ok',
    sentence: `Platforms: ${names}. ${count} ${count === 1 ? 'project' : 'projects'}, ${admins.length} ${admins.length === 1 ? 'admin' : 'admins'}. The data lie outside of all projects.`,
  };
}

/** With several projects of which none is the default, a place has to be listed. */
function unplaced({ defaultProject, projects }: Config): readonly Finding[] {
  if (defaultProject !== undefined) return [];
  const names = Object.keys(projects).join(', ');
  return [
    {
      subject: 'places',
      state: 'warn',
      sentence: `A chat that is not under "channels" reaches no agent: there are the projects ${names}, and none of them is the default.`,
      fix: 'List the chat in dragoman.json: "channels": { "<platform>:<channel>": { "project": "…" } }. Or call one project "default".',
    },
  ];
}

/** The file holds tokens: nobody else on the machine and no agent should read it. */
function dotEnv(directory: string, config: Config): readonly Finding[] {
  const file = join(directory, '.env');
  const mode = statSync(file, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) return [];
  const subject = '.env';
  const found: Finding[] = [];
  if ((mode & 0o077) !== 0)
    found.push({
      subject,
      state: 'warn',
      sentence: 'Others on this machine can read it.',
      fix: `chmod 600 ${file}`,
    });
  found.push(
    ...withinProject({ subject, file }, config, {
      danger: 'a command that somebody allows can read it',
      fix: 'Start Dragoman in a directory of its own, with .env there, and let DRAGOMAN_DIRECTORY name the project.',
    }),
  );
  return found.length > 0 ? found : [{ subject, state: 'ok', sentence: 'Only this user can read it.' }];
}

/** Who may read it besides is among the warnings, for it is told at the start too. */
function ownFile(config: Config): readonly Finding[] {
  const { secretFile: file } = config;
  if (file === undefined) return [];
  const fix =
    'Move it out, and let DRAGOMAN_CONFIG name it; or keep its secrets in files, as botTokenFile does.';
  const danger = 'the agent may read it without asking';
  return withinProject({ subject: basename(file), file }, config, { fix, danger });
}

function withinProject(
  { subject, file }: { readonly subject: string; readonly file: string },
  { projects }: Config,
  { fix, danger }: { readonly fix: string; readonly danger: string },
): readonly Finding[] {
  const project = Object.values(projects).find((one) => contains(readableFrom(one.directory), file));
  if (project === undefined) return [];
  const place = readableFrom(project.directory);
  const whose = place === project.directory ? 'where the agent works' : 'the git repository around a project';
  const sentence = `It lies in ${place}, ${whose}; ${danger}.`;
  return [{ subject, state: 'warn', sentence, fix }];
}
