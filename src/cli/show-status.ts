/** `dragoman status`: asks the running process, and looks into the store where none runs. */
import { resolve } from 'node:path';
import { type AppStatus, describeCounts, describeStatus } from '../app/status.ts';
import { type ConfigSource, locateData } from '../config.ts';
import { demoDirectory } from '../demo/demo.ts';
import { demoPlaces } from '../demo/environment.ts';
import { systemClock } from '../lib/clock.ts';
import { askControl, controlPath } from '../lib/control.ts';
import { createLog } from '../lib/log.ts';
import { hasEmbeddedData, openStore } from '../store/database.ts';
import type { StoreCounts } from '../store/types.ts';
import { type ExitCode, exitCodes, explain, type Terminal } from './terminal.ts';

/** Asks the running process; where none runs, says so and looks into the store itself. */
export async function showStatus(source: ConfigSource, json: boolean, terminal: Terminal): Promise<ExitCode> {
  try {
    const place = locateData(source);
    const answer = await askControl(controlPath(place.data), 'status', {});
    switch (answer.type) {
      case 'answered': {
        const status = answer.value as AppStatus;
        if (json) terminal.print(JSON.stringify({ running: true, ...status }));
        else for (const line of describeStatus(status, systemClock.now())) terminal.print(line);
        return exitCodes.well;
      }
      case 'refused':
        terminal.complain(`Dragoman runs, but could not tell its status: ${answer.reason}`);
        return exitCodes.failed;
      case 'absent':
        return await showAbsence(place, await runningDemo(source, place.data), json, terminal);
    }
  } catch (error) {
    return explain(error, terminal);
  }
}

/** The data of a demo that runs beside these: it does not answer for them, but whoever asks may mean it. */
async function runningDemo({ directory }: ConfigSource, data: string): Promise<string | undefined> {
  const demo = demoPlaces(resolve(directory, demoDirectory)).data;
  if (demo === data) return undefined;
  const answer = await askControl(controlPath(demo), 'status', {});
  return answer.type === 'absent' ? undefined : demo;
}

async function showAbsence(
  place: ReturnType<typeof locateData>,
  demo: string | undefined,
  json: boolean,
  terminal: Terminal,
): Promise<ExitCode> {
  const counts = await storedCounts(place);
  if (json) terminal.print(JSON.stringify({ running: false, counts }));
  else {
    terminal.print(`Dragoman is not running on ${place.data}.`);
    for (const line of counts === undefined ? ['Nothing is stored there yet.'] : describeCounts(counts))
      terminal.print(line);
    if (demo !== undefined)
      terminal.print(`A demo runs beside it. Its status: DRAGOMAN_DATA=${demo} dragoman status`);
  }
  return exitCodes.absent;
}

/** undefined: no store was ever made here, and asking makes none. */
async function storedCounts({
  data,
  database,
}: ReturnType<typeof locateData>): Promise<StoreCounts | undefined> {
  const url = database.url?.reveal();
  if (url === undefined && !hasEmbeddedData(data)) return undefined;
  const log = createLog({ level: 'error', secrets: url === undefined ? [] : [url], form: 'lines' });
  const store = await openStore({ url, dataDir: data, log });
  try {
    return await store.counts();
  } finally {
    await store.close();
  }
}
