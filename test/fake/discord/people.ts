/** What people do on the stand-in. */
import type { Interaction, InteractionDeps } from './interactions.ts';
import { addMessage, mention, threadEvent } from './messages.ts';
import { channelJson, memberJson, messageEvent, messageJson, userJson } from './payloads.ts';
import { privateWith } from './threads.ts';
import { addChannel, addUser, channelType, type FakeChannel, type FakeMessage, type Json } from './world.ts';

export interface Saying {
  /** The message that is answered. */
  readonly replyTo?: string;
  readonly attachments?: readonly Json[];
  /** As a webhook. */
  readonly webhook?: string;
}

export interface People {
  join(name: string, bot?: boolean): string;
  /** A channel of the guild. */
  channel(name: string, type?: number): string;
  /** The private chat of a person with the bot. */
  privateChat(user: string): string;
  say(user: string, channel: string, text: string, saying?: Saying): string;
  edit(message: string, text: string): void;
  /** A link preview has come: an update that is no edit. */
  preview(message: string): void;
  remove(message: string): void;
  /** A post in a forum: a thread with its first message. */
  forumPost(user: string, forum: string, title: string, text: string): string;
  /** A thread that a person starts. */
  thread(user: string, channel: string, name: string): string;
  archive(thread: string, locked?: boolean): void;
  removeThread(thread: string): void;
  /** Presses the button with this label, or chooses these options of a select. */
  press(user: string, message: string, label: string): Interaction;
  choose(user: string, message: string, labels: readonly string[]): Interaction;
  /** Fills in and sends the modal that an interaction has opened: labels to texts or chosen labels. */
  submit(opened: Interaction, fields: Readonly<Record<string, string | readonly string[]>>): Interaction;
  command(user: string, channel: string, name: string, text?: string): Interaction;
  /** Resolves when the first answer has come; rejects after real `ms`. */
  answered(interaction: Interaction, ms?: number): Promise<Interaction>;
}

export function createPeople(deps: InteractionDeps): People {
  const { world, tell } = deps;
  return {
    join: (name, bot) => addUser(world, name, bot),
    channel(name, type = channelType.text) {
      const channel = addChannel(world, { name, type });
      tell('CHANNEL_CREATE', { ...channelJson(world, channel) });
      return channel.id;
    },
    privateChat: (user) => privateWith(world, user).id,
    say: (user, channel, text, saying) => say(deps, user, channel, text, saying),
    edit(id, text) {
      const message = messageOf(deps, id);
      message.content = text;
      message.editedAt = world.clock.now();
      tell('MESSAGE_UPDATE', messageEvent(world, message));
    },
    preview: (id) => tell('MESSAGE_UPDATE', messageEvent(world, messageOf(deps, id))),
    remove(id) {
      const message = messageOf(deps, id);
      message.deleted = true;
      tell('MESSAGE_DELETE', { id, channel_id: message.channel, guild_id: guildOf(deps, message.channel) });
    },
    forumPost(user, forum, title, text) {
      const thread = addChannel(world, { type: channelType.thread, name: title, parent: forum });
      tell('THREAD_CREATE', { ...threadEvent(world, thread), newly_created: true });
      const message = addMessage(world, { id: thread.id, channel: thread.id, author: user, content: text });
      mention(world, message, {}, true);
      tell('MESSAGE_CREATE', messageEvent(world, message));
      return thread.id;
    },
    thread(_user, channel, name) {
      const thread = addChannel(world, { type: channelType.thread, name, parent: channel });
      tell('THREAD_CREATE', { ...threadEvent(world, thread), newly_created: true });
      return thread.id;
    },
    archive(id, locked = false) {
      const thread = channelOf(deps, id);
      Object.assign(thread, { archived: true, locked });
      tell('THREAD_UPDATE', threadEvent(world, thread));
    },
    removeThread(id) {
      const thread = channelOf(deps, id);
      thread.deleted = true;
      tell('THREAD_DELETE', { id, guild_id: thread.guild, parent_id: thread.parent, type: thread.type });
    },
    press: (user, message, label) => press(deps, user, message, label),
    choose: (user, message, labels) => choose(deps, user, message, labels),
    submit: (opened, fields) => submit(deps, opened, fields),
    command: (user, channel, name, text) => command(deps, user, channel, name, text),
    answered: (interaction, ms = 3000) => answered(deps, interaction, ms),
  };
}

function messageOf({ world }: InteractionDeps, id: string): FakeMessage {
  const message = world.messages.get(id);
  if (message === undefined) throw new Error(`there is no message ${id}`);
  return message;
}

function channelOf({ world }: InteractionDeps, id: string): FakeChannel {
  const channel = world.channels.get(id);
  if (channel === undefined) throw new Error(`there is no channel ${id}`);
  return channel;
}

function guildOf(deps: InteractionDeps, channel: string): string | undefined {
  return channelOf(deps, channel).guild;
}

function say(
  deps: InteractionDeps,
  user: string,
  channel: string,
  text: string,
  saying: Saying = {},
): string {
  const { world, tell } = deps;
  const message = addMessage(world, {
    channel,
    author: user,
    content: text,
    reference: saying.replyTo,
    attachments: saying.attachments ?? [],
    webhook: saying.webhook,
  });
  mention(world, message, {}, true);
  const place = channelOf(deps, channel);
  if (place.archived) {
    place.archived = false;
    tell('THREAD_UPDATE', threadEvent(world, place));
  }
  tell('MESSAGE_CREATE', messageEvent(world, message));
  return message.id;
}

/** Discord checks that the component is on that message, and not disabled. */
function partsOf(deps: InteractionDeps, id: string, type: number): readonly Json[] {
  const rows = messageOf(deps, id).components;
  return rows
    .flatMap((row) => (row['components'] ?? []) as readonly Json[])
    .filter((part) => part['type'] === type && part['disabled'] !== true);
}

function press(deps: InteractionDeps, user: string, id: string, label: string): Interaction {
  const parts = partsOf(deps, id, 2);
  const part = parts.find((one) => one['label'] === label || one['custom_id'] === label);
  if (part === undefined)
    throw new Error(`no button "${label}"; there are ${parts.map((one) => one['label']).join(', ')}`);
  return interact(deps, user, messageOf(deps, id).channel, 3, id, {
    custom_id: part['custom_id'],
    component_type: 2,
  });
}

function choose(deps: InteractionDeps, user: string, id: string, labels: readonly string[]): Interaction {
  const [part] = partsOf(deps, id, 3);
  if (part === undefined) throw new Error('there is no select');
  return interact(deps, user, messageOf(deps, id).channel, 3, id, {
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

function submit(
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

function command(
  deps: InteractionDeps,
  user: string,
  channel: string,
  name: string,
  text?: string,
): Interaction {
  const known = deps.world.commands.find((one) => one['name'] === name);
  if (known === undefined) throw new Error(`there is no command /${name}`);
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
  const channel = channelOf(deps, channelId);
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
    ...(source === undefined ? {} : { message: messageJson(world, messageOf(deps, source)) }),
    locale: 'en-US',
    entitlements: [],
    authorizing_integration_owners: {},
    context: channel.guild === undefined ? 1 : 0,
    attachment_size_limit: 10_485_760,
  });
  return interaction;
}

function answered({ waiting }: InteractionDeps, interaction: Interaction, ms: number): Promise<Interaction> {
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
