/** What a server offers in a directory: models, agents and commands of its own. */
import type { Model } from '@opencode-ai/sdk/v2';
import type { Offers } from '../../core/library.ts';
import { mediaOf } from '../media.ts';
import type { Calls } from './calls.ts';
import type { Defaults } from './defaults.ts';

export async function readOffers(
  calls: Calls,
  directory: string,
  defaults: (directory: string) => Promise<Defaults>,
): Promise<Offers> {
  const [{ providers }, agents, commands, own] = await Promise.all([
    calls('read its providers', (client, options) => client.config.providers({ directory }, options)),
    calls('read its agents', (client, options) => client.app.agents({ directory }, options)),
    calls('read its commands', (client, options) => client.command.list({ directory }, options)),
    defaults(directory),
  ]);
  return {
    models: providers.flatMap(({ id, models }) => Object.keys(models).map((model) => `${id}/${model}`)),
    takes: Object.fromEntries(
      providers.flatMap(({ id, models }) =>
        Object.entries(models).map(([name, model]) => [`${id}/${name}`, taken(model)]),
      ),
    ),
    agents: agents
      .filter(({ mode, hidden }) => mode !== 'subagent' && hidden !== true)
      .map(({ name, description }) => ({ name, description: description ?? '' })),
    commands: commands.map(({ name, description, template, model, agent }) => ({
      name,
      description: description ?? '',
      // Of a prompt of an MCP server it tells an object (measured).
      template: typeof template === 'string' ? template : undefined,
      ...(model === undefined ? {} : { model }),
      ...(agent === undefined ? {} : { agent }),
    })),
    model: own.model === undefined ? undefined : `${own.model.providerID}/${own.model.modelID}`,
    agent: own.agent,
  };
}

/** Compatible servers leave the description out. */
function taken({ capabilities, api }: Partial<Pick<Model, 'capabilities' | 'api'>>): readonly string[] {
  return mediaOf({ ...capabilities?.input, sdk: api?.npm });
}
