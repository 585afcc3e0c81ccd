/** What the doctor finds of agent servers: reachable, their version, whether they ask before they act. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownServer } from '../app/servers.ts';
import type { Config } from '../config.ts';
import type { Finding } from '../core/diagnosis.ts';
import { AgentRefusedError, AgentUnavailableError } from '../core/errors.ts';
import { systemClock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { ServerInspection } from '../opencode/dialect.ts';
import type { Endpoint } from '../opencode/endpoint.ts';
import { createServerProcess, inspectServer } from '../opencode/index.ts';
import type { ServerProcess } from '../opencode/server.ts';
import { runningServer, serverDirectory } from '../opencode/server-record.ts';
import { sentences } from '../render/sentences.ts';
import type { Section } from './section.ts';

type Server = Config['servers'][string];
type Project = Config['projects'][string] & { readonly name: string };

export interface Around {
  readonly config: Config;
  /** A gateway works with it now. */
  readonly runs: boolean;
  readonly log: Log;
  /** Ends what was begun. */
  readonly signal: AbortSignal;
}

/** Each server by itself: one that we start is started for a moment, unless the gateway runs it already. */
export async function examineServer(name: string, around: Around): Promise<Section> {
  const { config } = around;
  const about = `agent server ${name}`;
  const server = config.servers[name];
  if (server === undefined) throw new Error(`there is no server ${name}`);
  const projects = Object.entries(config.projects)
    .filter(([, project]) => project.server === name)
    .map(([project, settings]): Project => ({ ...settings, name: project }));
  const directories = [...new Set(projects.map(({ directory }) => directory))];
  const look = async (endpoint: Endpoint) =>
    describe(await inspectServer(endpoint, directories, systemClock), server, projects);
  try {
    return { about, findings: await reached(name, server, around, look) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { about, findings: [unreached(server, error)] };
  }
}

type Look = (endpoint: Endpoint) => Promise<readonly Finding[]>;

async function reached(
  name: string,
  server: Server,
  around: Around,
  look: Look,
): Promise<readonly Finding[]> {
  if (server.kind === 'remote')
    return look({
      url: server.url,
      username: server.username,
      password: server.password?.reveal() ?? '',
    });
  if (!around.runs) return lent(around, name, look);
  const endpoint = await runningServer(serverDirectory(around.config.data, name));
  if (endpoint !== undefined) return look(endpoint);
  return [
    {
      subject: 'OpenCode',
      state: 'warn',
      sentence: 'The gateway is still starting its server.',
      fix: 'Look again in a minute; if this stays, look into its log for why the server does not start.',
    },
  ];
}

/** Our own server for as long as we look, in a directory of its own, so that a start meanwhile does not meet it. */
async function lent({ config, log, signal }: Around, name: string, look: Look): Promise<readonly Finding[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'dragoman-doctor-'));
  const end = new AbortController();
  const child = createServerProcess({ ...ownServer(config, name), dataDir, clock: systemClock, log });
  const running = child.run(end.signal);
  try {
    const late = AbortSignal.any([signal, AbortSignal.timeout(startMs)]);
    return await look(await started(child, late));
  } finally {
    end.abort();
    await running;
    await rm(dataDir, { recursive: true, force: true });
  }
}

const startMs = 60_000;
const checkMs = 50;

/** Rejects with AgentUnavailableError as soon as it is known why it does not start. */
async function started(child: ServerProcess, late: AbortSignal): Promise<Endpoint> {
  const ended = new AbortController();
  const either = AbortSignal.any([late, ended.signal]);
  const watch = async (): Promise<void> => {
    while (!either.aborted && child.failure() === undefined) await systemClock.sleep(checkMs, either);
    ended.abort();
  };
  const watching = watch();
  try {
    return await child.endpoint(either).finally(() => ended.abort());
  } catch (error) {
    await watching;
    const why = child.failure();
    if (why !== undefined) throw new AgentUnavailableError(why, { cause: error });
    if (!late.aborted) throw error;
    throw new AgentUnavailableError('OpenCode did not start within a minute.', { cause: error });
  }
}

function unreached(server: Server, error: Error): Finding {
  const subject = 'OpenCode';
  const fix = / cannot read its configuration /.test(error.message)
    ? 'Correct that file, or move it away: OpenCode reads it at every start.'
    : server.kind === 'child'
      ? 'Run `npm install` again, so that the package opencode-ai is whole; then look into the log of a start.'
      : error instanceof AgentRefusedError
        ? 'Set OPENCODE_SERVER_USERNAME and OPENCODE_SERVER_PASSWORD to what that server was started with.'
        : `Start it (opencode serve --hostname 127.0.0.1 --port ${new URL(server.url).port || '4096'}), or correct OPENCODE_URL (${server.url}).`;
  return { subject, state: 'fail', sentence: error.message, fix };
}

function describe(found: ServerInspection, server: Server, projects: readonly Project[]): readonly Finding[] {
  if (!found.spoken) return [{ subject: 'OpenCode', state: 'fail', sentence: found.problem, fix: found.fix }];
  return [
    version(found),
    ...(server.kind === 'remote' ? [password(found, server.url)] : []),
    gate(found),
    ...(found.hesitant.length > 0 ? [hesitant(found)] : []),
    ...projects.map((project) => model(found, project)),
  ];
}

function version({ version: is, pinned }: ServerInspection): Finding {
  const subject = 'OpenCode';
  if (is === pinned)
    return { subject, state: 'ok', sentence: `Version ${is} answers, the one that was tested.` };
  return {
    subject,
    state: 'warn',
    sentence: `Version ${is} answers; ${pinned} is the one that was tested.`,
    fix: `npm install -g opencode-ai@${pinned}, and start that server again. Or unset OPENCODE_URL: Dragoman then starts the right one.`,
  };
}

function password({ open }: ServerInspection, url: string): Finding {
  const subject = 'password';
  if (!open) return { subject, state: 'ok', sentence: 'The server asks for one, and takes ours.' };
  return {
    subject,
    state: 'warn',
    sentence: `The server asks for none: every program on this machine can drive agents at ${url}, and approve their requests.`,
    fix: 'Start it with OPENCODE_SERVER_PASSWORD=… and set the same here.',
  };
}

function gate({ gate: is, unasked, problem, fix }: ServerInspection): Finding {
  const subject = 'approvals';
  if (problem !== '') return { subject, state: 'fail', sentence: problem, fix };
  if (is === 'asks')
    return { subject, state: 'ok', sentence: 'Everything that acts asks, in sessions and in sub-agents.' };
  if (is === 'partly')
    return {
      subject,
      state: 'warn',
      sentence: `The server asks, except that it runs without asking: ${unasked.join('; ')}.`,
      fix,
    };
  return {
    subject,
    state: 'warn',
    sentence: 'The server did not tell its agents, so it is not known whether they ask.',
    fix: 'Use an OpenCode server that tells its agents, or look at its "permission" settings by hand.',
  };
}

function hesitant({ hesitant: agents }: ServerInspection): Finding {
  return {
    subject: 'permissions',
    state: 'warn',
    sentence: `Before each file that is read, a person is asked (agents: ${agents.join(', ')}), so a turn hardly gets on by itself.`,
    fix: 'Set "permission": {"read": "allow", "list": "allow", "glob": "allow", "grep": "allow"} in the server’s configuration.',
  };
}

function model(
  { directories }: ServerInspection,
  { name, directory, model: wanted, agent }: Project,
): Finding {
  const subject = `model of ${name}`;
  const place = directories.find((one) => one.directory === directory);
  const is = wanted ?? place?.model;
  if (place === undefined || is === undefined)
    return {
      subject,
      state: 'fail',
      sentence: sentences.noModel,
      fix: 'Run `npx opencode auth login` as the user of that server, or set DRAGOMAN_MODEL=provider/model.',
    };
  if (!place.models.includes(is))
    return {
      subject,
      state: 'fail',
      sentence: `The server does not offer ${is}.`,
      fix: `Set DRAGOMAN_MODEL to one that it offers (${place.models.slice(0, 3).join(', ') || 'none yet'}), or run \`npx opencode auth login\` for its provider.`,
    };
  if (agent !== undefined && !place.agents.includes(agent))
    return {
      subject: `agent of ${name}`,
      state: 'fail',
      sentence: `The server has no agent ${agent}.`,
      fix: `Set DRAGOMAN_AGENT to one of ${place.agents.join(', ')}, or unset it.`,
    };
  return {
    subject,
    state: 'ok',
    sentence: `${is} is offered. Whether its key is good shows with the first prompt.`,
  };
}
