/** What people press, choose, fill in and command on the stand-in. */
import type { Interaction, InteractionDeps } from './interactions.ts';
import { channelJson, memberJson, messageJson, userJson } from './payloads.ts';
import { type Json, theChannel, theMessage } from './world.ts';

/** Discord checks that the component is on that message, and not disabled. */
function partsOf(deps: InteractionDeps, id: string, type: number): readonly Json[] {
  const rows = theMessage(deps.world, id).components;
  return rows
    .flatMap((row) => (row['components'] ?? []) as readonly Json[])
    .filter((part) => part['type'] === type && part['disabled'] !== true);
}

export function press(deps: InteractionDeps, user: string, id: string, label: string): Interaction {
  const parts = partsOf(deps, id, 2);
  const part = parts.find((one) => one['label'] === label || one['custom_id'] === label);
  if (part === undefined)
    throw new Error(`no button "${label}"; there are ${parts.map((one) => one['label']).join(', ')}`);
  return interact(deps, user, theMessage(deps.world, id).channel, 3, id, {
    custom_id: part['custom_id'],
    component_type: 2,
  });
}

export function choose(
  deps: InteractionDeps,
  user: string,
  id: string,
  labels: readonly string[],
): Interaction {
  const [part] = partsOf(deps, id, 3);
  if (part === undefined) throw new Error('there is no select');
  return interact(deps, user, theMessage(deps.world, id).channel, 3, id, {
    custom_id: part['custom_id'],
    component_type: 3,
    values: valuesOf(part, labels),
  });
}

function valuesOf(part: Json, labels: readonly string[]): readonly unknown[] {
  const options = part['options'] as readonly Json[];
  return labels.map((label) => {
    const option = options.find((one) => one['label'] === label);
    if (option === undefined)
      throw new Error(`no option "${label}"; there are ${options.map((one) => one['label']).join(', ')}`);
    return option['value'];
  });
}

export function submit(
  deps: InteractionDeps,
  opened: Interaction,
  fields: Readonly<Record<string, string | readonly string[]>>,
): Interaction {
  const { modal, user, channel, source } = opened;
  if (modal === undefined) throw new Error('no modal was opened');
  const components = (modal['components'] as readonly Json[]).map((part) => {
    const component = part['component'] as Json;
    const given = fields[String(part['label'])];
    const value =
      component['type'] === 3
        ? { values: valuesOf(component, [given ?? []].flat()) }
        : { value: given ?? '' };
    return {
      type: 18,
      id: 1,
      component: { type: component['type'], id: 2, custom_id: component['custom_id'], ...value },
    };
  });
  return interact(deps, user, channel, 5, source, { custom_id: modal['custom_id'], components });
}

function registered({ world }: InteractionDeps, name: string): Json {
  const known = world.commands.find((one) => one['name'] === name);
  if (known === undefined) throw new Error(`there is no command /${name}`);
  return known;
}

export function begin(deps: InteractionDeps, user: string, channel: string, name: string, text: string) {
  const known = registered(deps, name);
  const [option] = (known['options'] ?? []) as readonly Json[];
  if (option?.['autocomplete'] !== true) throw new Error(`/${name} completes nothing`);
  const options = [{ name: option['name'], type: 3, value: text, focused: true }];
  return interact(deps, user, channel, 4, undefined, { id: known['id'], name, type: 1, options });
}

export function command(
  deps: InteractionDeps,
  user: string,
  channel: string,
  name: string,
  text?: string,
): Interaction {
  const known = registered(deps, name);
  const [option] = (known['options'] ?? []) as readonly Json[];
  const options = text === undefined ? [] : [{ name: option?.['name'], type: 3, value: text }];
  return interact(deps, user, channel, 2, undefined, { id: known['id'], name, type: 1, options });
}

function interact(
  deps: InteractionDeps,
  user: string,
  channelId: string,
  type: number,
  source: string | undefined,
  data: Json,
): Interaction {
  const { world, interactions, tell } = deps;
  const channel = theChannel(deps.world, channelId);
  const id = world.id();
  const interaction: Interaction = {
    id,
    token: `token.${id}`,
    user,
    channel: channelId,
    type,
    at: world.clock.now(),
    source,
    answer: undefined,
    modal: undefined,
    choices: undefined,
    original: undefined,
  };
  interactions.set(interaction.token, interaction);
  const who = userJson(world, user);
  tell('INTERACTION_CREATE', {
    id,
    application_id: world.application,
    type,
    token: interaction.token,
    version: 1,
    ...(channel.guild === undefined
      ? { user: who }
      : { guild_id: channel.guild, member: { user: who, ...memberJson(), permissions: '0' } }),
    channel_id: channelId,
    channel: channelJson(world, channel),
    data,
    ...(source === undefined ? {} : { message: messageJson(world, theMessage(deps.world, source)) }),
    locale: 'en-US',
    entitlements: [],
    authorizing_integration_owners: {},
    context: channel.guild === undefined ? 1 : 0,
    attachment_size_limit: 10_485_760,
  });
  return interaction;
}

export function answered(
  { waiting }: InteractionDeps,
  interaction: Interaction,
  ms: number,
): Promise<Interaction> {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (interaction.answer === undefined) return;
      clearTimeout(timer);
      waiting.delete(look);
      resolve(interaction);
    };
    const timer = setTimeout(() => {
      waiting.delete(look);
      reject(new Error(`interaction ${interaction.id} was not answered within ${ms} ms`));
    }, ms);
    waiting.add(look);
    look();
  });
}
