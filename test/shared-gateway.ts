/** One whole product for the files of a run that only talk with it: what starts it, and where they find it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGateway } from './harness.ts';

/** Where it is, as the process that started it tells the others. */
export interface GatewayPlace {
  readonly entrance: string;
  readonly project: string;
}

export interface GatewayHost {
  readonly place: GatewayPlace;
  /** See `ScriptedModel`. */
  runs(text: string): number;
  end(): Promise<void>;
}

/** On the page alone, with a command `hail` at its agent server; nothing of it is ever killed. */
export async function hostGateway(databaseUrl: string): Promise<GatewayHost> {
  const directory = await mkdtemp(join(tmpdir(), 'dragoman-commands-'));
  const config = join(directory, 'opencode.json');
  const command = { hail: { template: 'echo hail $ARGUMENTS', description: 'Says it' } };
  await writeFile(config, JSON.stringify({ command }));
  const gateway = await startGateway({ databaseUrl, pace: 10, env: { OPENCODE_CONFIG: config } });
  return {
    place: { entrance: gateway.entrance(), project: gateway.project },
    runs: gateway.model.runs,
    async end() {
      await gateway.end();
      await rm(directory, { recursive: true });
    },
  };
}
