/** The agent and model that the server would take by itself. */
import type { Calls } from './calls.ts';

export interface Defaults {
  readonly agent: string | undefined;
  readonly model: { readonly providerID: string; readonly modelID: string } | undefined;
}

/** Title of the session that is made, asked and deleted again. */
const probeTitle = 'Dragoman reads the defaults';
/** Marks it, should deleting fail. */
const probeKey = 'probe';

/** `provider/model`, where the model's name may hold further slashes. */
export function modelOf(text: string): Defaults['model'] {
  const slash = text.indexOf('/');
  return slash < 1 ? undefined : { providerID: text.slice(0, slash), modelID: text.slice(slash + 1) };
}

/**
 * The agent is the first of the server's list that people can talk to. The model is the agent's own, or that of
 * the configuration, or what the server itself resolves: it is asked with a message that starts no run, because
 * its choice (the model used last, the first provider) is told by no call. Rejects as calls do.
 */
export async function readDefaults(calls: Calls, directory: string): Promise<Defaults> {
  const [agents, config] = await Promise.all([
    calls('read its agents', (client, options) => client.app.agents({ directory }, options)),
    calls('read its configuration', (client, options) => client.config.get({ directory }, options)),
  ]);
  const agent = agents.find(({ mode, hidden }) => mode !== 'subagent' && hidden !== true);
  const configured = agent?.model ?? modelOf(config.model ?? '');
  const model = configured ?? (await resolvedModel(calls, directory));
  return {
    agent: agent?.name,
    model: model === undefined ? undefined : { providerID: model.providerID, modelID: model.modelID },
  };
}

async function resolvedModel(calls: Calls, directory: string): Promise<Defaults['model']> {
  const { providers } = await calls('read its providers', (client, options) =>
    client.config.providers({ directory }, options),
  );
  if (providers.length === 0) return undefined;
  const metadata = { dragoman: probeKey };
  const session = await calls('make a session', (client, options) =>
    client.session.create({ directory, title: probeTitle, metadata }, options),
  );
  const sessionID = session.id;
  try {
    const { info } = await calls('read its default model', (client, options) =>
      client.session.prompt(
        { sessionID, directory, noReply: true, parts: [{ type: 'text', text: '-' }] },
        options,
      ),
    );
    // The SDK types the answer of a run; without a run it is the user's message itself.
    return (info as { readonly model?: Defaults['model'] }).model;
  } finally {
    await calls('delete a session', (client, options) =>
      client.session.delete({ sessionID, directory }, options),
    );
  }
}
