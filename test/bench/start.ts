import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Gateway, startGateway } from '../harness.ts';
import { startPostgres } from '../postgres.ts';

/** From the start of the process to a ready answer of /readyz, three times each. */
export async function benchStart(): Promise<readonly string[]> {
  const lines = ['start to ready (process, database, own OpenCode server, gate probed), three starts'];
  const postgres = await startPostgres();
  const onPostgres = await startGateway({ databaseUrl: await postgres.url('bench') });
  try {
    lines.push(line('Postgres', await starts(onPostgres)));
  } finally {
    await onPostgres.end();
    await postgres.stop();
  }
  const embedded = await startGateway();
  const data = join(dirname(embedded.project), 'data');
  try {
    lines.push(line('embedded', await starts(embedded)));
    const cold = () => rm(data, { recursive: true });
    lines.push(line('embedded, cold directory', await starts(embedded, cold)));
  } finally {
    await embedded.end();
  }
  return lines;
}

async function starts(gateway: Gateway, prepare = async () => {}): Promise<readonly number[]> {
  const times: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    await gateway.stop();
    await prepare();
    const startedAt = performance.now();
    await gateway.start();
    times.push(performance.now() - startedAt);
  }
  return times;
}

function line(name: string, times: readonly number[]): string {
  return `  ${name.padEnd(25)}  ${times.map((time) => `${(time / 1000).toFixed(1)} s`).join(' · ')}`;
}
