#!/usr/bin/env node
/** The program `dragoman`: reads what was typed, runs it, and ends with a code that says how it went. */
import { adapters } from '../adapters/index.ts';
import { parseCommand } from './cli/arguments.ts';
import { helpText } from './cli/help.ts';
import { endOnSignals, endWithStarter } from './cli/signals.ts';
import { type ExitCode, exitCodes, explain, outliveReaders, type Terminal } from './cli/terminal.ts';
import { type Environment, readEnvironment } from './config.ts';
import { assertNever } from './core/errors.ts';
import { systemClock } from './lib/clock.ts';
import { reachBothFamilies } from './lib/network.ts';
import { version } from './lib/version.ts';

const terminal: Terminal = {
  print: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => process.stderr.write(`${line}\n`),
};

/** Each command loads what it works with, so that the small ones answer at once. */
async function main(args: readonly string[]): Promise<ExitCode> {
  const directory = process.cwd();
  const source = () => ({ environment: readEnvironment(directory), directory, adapters });
  const command = parseCommand(args);
  switch (command.type) {
    case 'help':
      terminal.print(helpText);
      return exitCodes.well;
    case 'version':
      terminal.print(version());
      return exitCodes.well;
    case 'wrong':
      terminal.complain(command.sentence);
      return exitCodes.refused;
    case 'setup':
      return (await import('./cli/run-setup.ts')).runSetup(source, terminal, () =>
        endOnSignals(process, systemClock),
      );
    case 'doctor':
      return (await import('./cli/run-doctor.ts')).runDoctor(source(), {
        json: command.json,
        terminal,
        signal: endOnSignals(process, systemClock),
      });
    case 'status':
      return (await import('./cli/show-status.ts')).showStatus(source(), command.json, terminal);
    case 'people':
      return (await import('./cli/tell-people.ts')).tellPeople(source(), command.order, terminal);
    case 'start':
      return run(
        source().environment,
        process.stderr.isTTY ? 'lines' : 'json',
        untilEnd(source().environment),
      );
    case 'demo':
      return demo(untilEnd(source().environment));
    default:
      return assertNever(command);
  }
}

function untilEnd({ npm_lifecycle_event: script }: Environment): AbortSignal {
  const signal = endOnSignals(process, systemClock);
  return script === undefined ? signal : endWithStarter(signal, process, systemClock);
}

async function run(
  environment: Environment,
  logForm: 'json' | 'lines',
  signal: AbortSignal,
): Promise<ExitCode> {
  const [{ runGateway }, { createApp }] = await Promise.all([import('./cli/run.ts'), import('./app.ts')]);
  const source = { environment, directory: process.cwd(), adapters };
  return runGateway({ source, createApp, terminal, logForm, signal });
}

/** The ordinary gateway on an environment of its own; its log is for a person and says only what is wrong. */
async function demo(signal: AbortSignal): Promise<ExitCode> {
  const { prepareDemo } = await import('./demo/demo.ts');
  const prepared = await prepareDemo({ environment: readEnvironment(process.cwd()) });
  try {
    return await run({ LOG_LEVEL: 'warn', ...prepared.env }, 'lines', signal);
  } finally {
    await prepared.close();
  }
}

outliveReaders([process.stdout, process.stderr]);
reachBothFamilies();
process.exit(await main(process.argv.slice(2)).catch((error: unknown) => explain(error, terminal)));
