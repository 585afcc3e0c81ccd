/** What the doctor finds of a process that runs now. */
import type { AppStatus } from '../app/status.ts';
import type { Finding } from '../core/diagnosis.ts';
import { askControl, type ControlAnswer, controlPath } from '../lib/control.ts';
import type { Section } from './section.ts';

/** Asks the process that works with these data how it is. undefined: none runs. */
export async function examineProcess(
  data: string,
): Promise<{ readonly section: Section; readonly status: AppStatus | undefined; readonly runs: boolean }> {
  const about = 'process';
  const subject = 'gateway';
  const answer = await ask(data);
  if (answer.type === 'absent') {
    const sentence = 'Dragoman does not run on these data now; what follows is looked at without it.';
    return {
      section: { about, findings: [{ subject, state: 'skip', sentence }] },
      status: undefined,
      runs: false,
    };
  }
  if (answer.type === 'refused') {
    const finding: Finding = {
      subject,
      state: 'fail',
      sentence: `Dragoman runs, but does not tell its status (${answer.reason}).`,
      fix: 'Look into its log; end it with SIGTERM and start it again.',
    };
    return { section: { about, findings: [finding] }, status: undefined, runs: true };
  }
  const status = answer.value as AppStatus;
  return { section: { about, findings: findingsOf(status) }, status, runs: true };
}

async function ask(data: string): Promise<ControlAnswer> {
  try {
    return await askControl(controlPath(data), 'status', {});
  } catch (error) {
    return { type: 'refused', reason: error instanceof Error ? error.message : String(error) };
  }
}

function findingsOf({ version, platforms, servers, unlisted }: AppStatus): readonly Finding[] {
  return [
    {
      subject: 'gateway',
      state: 'ok',
      sentence: `Dragoman ${version} runs; its connections are left alone.`,
    },
    ...platforms.map(({ id, proof, problem }): Finding => {
      const subject = `platform ${id}`;
      if (problem !== undefined)
        return { subject, state: 'fail', sentence: problem, fix: `See ${subject} below, and the log.` };
      if (proof === undefined)
        return {
          subject,
          state: 'warn',
          sentence: 'No sign of life from there yet.',
          fix: `Write to the bot and look again; then see ${subject} below, and the log.`,
        };
      return { subject, state: 'ok', sentence: `Last sign of life: ${proof}.` };
    }),
    ...servers.map(({ server, connected, problem }): Finding => {
      const subject = `server ${server}`;
      if (!connected)
        return {
          subject,
          state: 'fail',
          sentence: problem || 'The gateway is not connected to it.',
          fix: `See agent ${subject} below.`,
        };
      return { subject, state: 'ok', sentence: 'The gateway is connected to it.' };
    }),
    ...unlisted.map(
      (place): Finding => ({
        subject: `place ${place}`,
        state: 'warn',
        sentence: 'People wrote there, and no project is set up for it: nothing was passed to an agent.',
        fix: `In dragoman.json: "channels": { "${place}": { "project": "…" } }. Then start Dragoman again.`,
      }),
    ),
  ];
}
