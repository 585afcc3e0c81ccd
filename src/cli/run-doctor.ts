import type { ConfigSource } from '../config.ts';
import { examine } from '../doctor/examination.ts';
import { describeSection, describeSum, isWell, type Section } from '../doctor/section.ts';
import { type ExitCode, exitCodes, explain, type Terminal } from './terminal.ts';

export interface DoctorOptions {
  readonly json: boolean;
  readonly terminal: Terminal;
  /** Ends it early. */
  readonly signal: AbortSignal;
}

/** Tells each part as soon as it was looked at; as JSON, all at once. Exit code 1 where something fails. */
export async function runDoctor(
  source: ConfigSource,
  { json, terminal, signal }: DoctorOptions,
): Promise<ExitCode> {
  const sections: Section[] = [];
  try {
    for await (const section of examine(source, signal)) {
      // What was cut off says nothing.
      if (signal.aborted) return exitCodes.failed;
      sections.push(section);
      if (!json) for (const line of describeSection(section)) terminal.print(line);
    }
  } catch (error) {
    return explain(error, terminal);
  }
  const well = isWell(sections);
  if (json) terminal.print(JSON.stringify({ well, sections }));
  else for (const line of ['', describeSum(sections)]) terminal.print(line);
  return well ? exitCodes.well : exitCodes.failed;
}
