import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { demoEnvironment, demoPlaces } from './environment.ts';
import { writeServerHome } from './home.ts';
import { createScriptedModel, type ScriptedModel, type ScriptedModelOptions } from './model.ts';
import { writeScratchProject } from './project.ts';

/** Where the demo lies unless told otherwise; relative to the working directory. */
export const demoDirectory = '.dragoman/demo';

export interface DemoOptions {
  /** Where everything of the demo lies; the same place again keeps the threads. `./.dragoman/demo` where unset. */
  readonly directory?: string;
  /** The environment of this process. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How the model behaves in time. */
  readonly model?: ScriptedModelOptions;
}

export interface Demo {
  /** The whole environment for the gateway. */
  readonly env: Readonly<Record<string, string>>;
  readonly model: ScriptedModel;
  /** Stops the model; to be called after the gateway's end. */
  close(): Promise<void>;
}

/** Makes ready what the ordinary gateway needs to show the tour: a project, a model and a configuration. */
export async function prepareDemo(options: DemoOptions): Promise<Demo> {
  const base = resolve(options.directory ?? demoDirectory);
  const places = demoPlaces(base);
  for (const directory of [base, places.data]) await mkdir(directory, { recursive: true, mode: 0o700 });
  await writeServerHome(places);
  await writeFile(places.config, '{}\n');
  const { PATH = '' } = options.environment;
  await writeScratchProject(places.project, PATH);
  const model = await createScriptedModel(options.model);
  return { env: demoEnvironment(base, model.url, options.environment), model, close: () => model.close() };
}
