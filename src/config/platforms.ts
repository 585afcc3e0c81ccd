import type { ChannelAdapter } from '../core/channel.ts';
import type { AdapterContext, AdapterDefinition } from '../core/definition.ts';
import type { Diagnosis, DiagnosisContext } from '../core/diagnosis.ts';
import type { Environment } from './environment.ts';
import type { ConfigFile } from './file.ts';
import type { Problems } from './problems.ts';
import { secretNames, variableNames } from './variables.ts';

/** A platform that is set up. What it was configured with stays inside. */
export interface PlatformConfig {
  readonly id: string;
  /** People who are admins by the platform's nature. */
  readonly admins: readonly string[];
  create(context: AdapterContext): Promise<ChannelAdapter>;
  /** What can be wrong there, by real calls; nothing where the adapter looks at nothing. */
  diagnose(context: DiagnosisContext): Promise<Diagnosis>;
}

export function setUp(
  adapters: readonly AdapterDefinition[],
  environment: Environment,
  file: ConfigFile | undefined,
  problems: Problems,
): readonly PlatformConfig[] {
  return adapters.flatMap(({ id, admins, parse, create, diagnose }) => {
    const config = problems.attempt(() => parse(environment, file?.adapters[id]));
    if (config === undefined) return [];
    return [
      {
        id,
        admins,
        create: (context: AdapterContext) => create(config, context),
        diagnose: async (context: DiagnosisContext) =>
          (await diagnose?.(config, context)) ?? { findings: [] },
      },
    ];
  });
}

/** Names that may come as `NAME_FILE`. */
export function fileNames(adapters: readonly AdapterDefinition[]): readonly string[] {
  return [...new Set([...secretNames, ...adapters.flatMap(({ variables }) => variables)])];
}

export function allNames(adapters: readonly AdapterDefinition[]): readonly string[] {
  const names = [...variableNames, ...adapters.flatMap(({ variables }) => variables)];
  return [...new Set([...names, ...fileNames(adapters).map((name) => `${name}_FILE`)])];
}
