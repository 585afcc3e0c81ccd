/** `dragoman setup`: checks what is there, asks what is missing, and writes it. */
import { type ConfigSource, locateData, readProxies } from '../config.ts';
import { ConfigError, UserError } from '../core/errors.ts';
import { askControl, controlPath } from '../lib/control.ts';
import { reachThroughProxies } from '../lib/proxy.ts';
import { LeftError } from '../setup/dialogue.ts';
import { createTerminalDialogue } from '../setup/terminal-dialogue.ts';
import { guided, runWizard, variablesOf } from '../setup/wizard.ts';
import { runDoctor } from './run-doctor.ts';
import { type ExitCode, exitCodes, explain, type Terminal } from './terminal.ts';

/**
 * Asks, writes `.env`, then looks whether it works.
 *
 * @param source reads `.env` anew each time.
 * @param ending from the call on aborted by Ctrl-C; before that, Ctrl-C is an answer.
 */
export async function runSetup(
  source: () => ConfigSource,
  terminal: Terminal,
  ending: () => AbortSignal,
): Promise<ExitCode> {
  const given = source();
  const { stdin: input, stdout: output } = process;
  if (!input.isTTY || !output.isTTY) {
    terminal.complain(await withoutTerminal(given));
    return exitCodes.refused;
  }
  const onInterrupt = (listener: () => void) => {
    process.once('SIGINT', listener);
    return () => void process.off('SIGINT', listener);
  };
  const dialogue = createTerminalDialogue({ input, output, onInterrupt });
  try {
    reachThroughProxies(readProxies(given));
    const running = await isRunning(given);
    const { greet, afterwards } = await runWizard({ ...given, dialogue, running });
    dialogue.show(['']);
    const code = await runDoctor(source(), { json: false, terminal, signal: ending() });
    if (greet !== undefined) dialogue.good(await greet());
    dialogue.show([
      '',
      running ? 'Restart Dragoman to take this up.' : 'Start it with: npm start (or: dragoman start)',
      afterwards,
    ]);
    return code;
  } catch (error) {
    if (error instanceof LeftError) {
      terminal.complain('Left before the end; nothing was written.');
      return exitCodes.failed;
    }
    if (!(error instanceof UserError)) return explain(error, terminal);
    terminal.complain(error.message);
    return exitCodes.refused;
  }
}

/** Where the settings are wrong, no gateway can run with them. */
async function isRunning(source: ConfigSource): Promise<boolean> {
  try {
    const { data } = locateData(source);
    return (await askControl(controlPath(data), 'status', {})).type !== 'absent';
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}

async function withoutTerminal({ adapters }: ConfigSource): Promise<string> {
  const platforms = (await guided(adapters))
    .filter(({ guide }) => guide.steps.length > 0)
    .map(
      ({ id, guide }) =>
        `  ${guide.name}: ${variablesOf(guide).join(', ')}, and yourself in DRAGOMAN_ADMINS=${id}:<your id>`,
    );
  return [
    'setup asks questions, and there is no terminal here. Set these in .env or in the environment instead:',
    '  DRAGOMAN_DIRECTORY: the directory that the agent works in',
    ...platforms,
    'Then run: dragoman doctor',
  ].join('\n');
}
